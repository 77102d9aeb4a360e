import { readFileSync } from 'node:fs'
import { ConnectError } from '../base/errors.ts'

/**
 * Reads a .properties file as the reference does: bytes are ISO-8859-1, other characters need
 * `\uXXXX`. Blanks at the end of a value are kept.
 * @throws ConnectError CONFIG_INVALID for a malformed file; a file that can't be read throws the
 *   error of the file system.
 */
export async function readPropertiesFile(path: string): Promise<Record<string, string>> {
  const text = readFileSync(path, 'latin1')
  try {
    return parseProperties(text)
  } catch (cause) {
    if (!(cause instanceof ConnectError)) throw cause
    throw new ConnectError(`${path}: ${cause.message}`, { code: 'CONFIG_INVALID', cause })
  }
}

/**
 * Parses the format of java.util.Properties; the last of repeated keys wins. Our own, as
 * dot-properties 1.1.2 ends a key at a continued line with CRLF and lets malformed escapes pass.
 * @throws ConnectError CONFIG_INVALID for a malformed `\uXXXX`.
 */
export function parseProperties(text: string): Record<string, string> {
  const entries = logicalLines(text).map((line) => {
    const [, key = '', value = ''] = ENTRY.exec(line) ?? []
    return [unescapeText(key), unescapeText(value)]
  })
  return Object.fromEntries(entries)
}

/** Key up to the first separator that is not escaped, then the value. */
const ENTRY = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/s

/** Lines without comments and blank ones; a line that ends with a backslash goes on in the next. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = []
  let continued: string | null = null
  for (const natural of text.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/)) {
    const trimmed = natural.replace(/^[ \t\f]+/, '')
    // As in Java, a backslash alone starts no line: a comment or nothing may follow.
    const begun: string | null = continued === '' ? null : continued
    continued = null
    if (begun === null && /^(?:[#!]|$)/.test(trimmed)) continue
    const line: string = (begun ?? '') + trimmed
    const isContinued = /(?<!\\)(?:\\\\)*\\$/.test(trimmed)
    if (isContinued) continued = line.slice(0, -1)
    else lines.push(line)
  }
  return continued === null ? lines : [...lines, continued]
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescapeText(text: string): string {
  return text.replace(/\\(u.{0,4}|.)/gs, (_, code: string) => {
    if (!code.startsWith('u')) return escapes[code] ?? code
    if (!/^u[0-9a-fA-F]{4}$/.test(code)) {
      throw new ConnectError(`Malformed \\uxxxx encoding: \\${code}`, { code: 'CONFIG_INVALID' })
    }
    return String.fromCharCode(Number.parseInt(code.slice(1), 16))
  })
}
