import { ConnectError } from '../base/errors.ts'

/** One login module as `sasl.jaas.config` names it. */
export interface JaasEntry {
  /** Class name without its package. */
  readonly module: string
  readonly options: Readonly<Record<string, string>>
}

const TOKEN = /\s*(?:(["'])((?:(?!\1)[^\\]|\\.)*)\1|([^\s="';]+)|([=;]))/y
/** In files, braces stand by themselves. */
const FILE_TOKEN = /\s*(?:(["'])((?:(?!\1)[^\\]|\\.)*)\1|([^\s="';{}]+)|([=;{}]))/y
const COMMENT = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

/**
 * Reads `org.example.PlainLoginModule required username="u" password="p";`.
 * @throws ConnectError CONFIG_INVALID; its message never holds a part of the text, which is secret.
 */
export function parseJaas(text: string): JaasEntry {
  try {
    const tokens = tokenize(text.trim(), TOKEN)
    if (tokens.pop() !== ';') throw malformed('it must end with ";"')
    return entryOf(tokens)
  } catch (cause) {
    if (!(cause instanceof ConnectError)) throw cause
    throw new ConnectError(
      `Invalid value [hidden] for configuration sasl.jaas.config: ${cause.message}, as in: org.apache.kafka.common.security.plain.PlainLoginModule required username="..." password="...";`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
}

/**
 * Reads a JAAS file, `Name { org.example.LoginModule required key="value"; };` any number of times.
 * @throws ConnectError CONFIG_INVALID; its message never holds a part of the text.
 */
export function parseJaasFile(text: string): ReadonlyMap<string, readonly JaasEntry[]> {
  const tokens = tokenize(text.replace(COMMENT, '$1').trim(), FILE_TOKEN)
  const entries = new Map<string, readonly JaasEntry[]>()
  for (let index = 0; index < tokens.length; ) {
    const end = tokens.indexOf('}', index)
    const [name, open, ...body] = tokens.slice(index, Math.max(end, 0))
    if (name === undefined || open !== '{' || body.pop() !== ';' || tokens[end + 1] !== ';') {
      throw malformed('entries must have the form Name { module required key="value"; };')
    }
    entries.set(name, modulesOf(body))
    index = end + 2
  }
  return entries
}

function modulesOf(tokens: readonly string[]): readonly JaasEntry[] {
  const end = tokens.indexOf(';')
  if (end === -1) return [entryOf(tokens)]
  return [entryOf(tokens.slice(0, end)), ...modulesOf(tokens.slice(end + 1))]
}

function entryOf([module, flag, ...rest]: readonly string[]): JaasEntry {
  if (module === undefined || flag === undefined) throw malformed('login module and flag expected')
  if (!/^(required|requisite|sufficient|optional)$/i.test(flag)) {
    throw malformed('the login module must be followed by "required"')
  }
  const options: Record<string, string> = {}
  for (let index = 0; index < rest.length; index += 3) {
    const [key, equals, value] = rest.slice(index, index + 3)
    if (key === undefined || equals !== '=' || value === undefined) {
      throw malformed('options must have the form name="value"')
    }
    options[key] = value
  }
  return { module: module.slice(module.lastIndexOf('.') + 1), options }
}

function tokenize(text: string, pattern: RegExp): string[] {
  const tokens: string[] = []
  pattern.lastIndex = 0
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text)
    if (match === null) throw malformed('a quote is not closed or a character is out of place')
    const [, , quoted, word, sign] = match
    tokens.push(quoted?.replace(/\\(.)/g, '$1') ?? word ?? sign ?? '')
  }
  return tokens
}

function malformed(reason: string): ConnectError {
  return new ConnectError(reason, { code: 'CONFIG_INVALID' })
}
