import type { ByteWriter } from '../sdk/index.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** First byte of the UTF-8 of U+F000 and above; U+FFFD may stand for a surrogate. */
const REPLACEMENT_START = 0xef
/** From this length on the native encoder is faster than a loop. */
const NATIVE_LENGTH_MIN = 48

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

// All that needs an escape: what is not from a blank up to the surrogates or behind them.
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/g

/** Text of a JSON string. */
export function quoted(text: string): string {
  const escaped = text.replace(ESCAPED, (char) => {
    const hex = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return shortEscapes[char] ?? `\\u${hex}`
  })
  return `"${escaped}"`
}

/** Appends a JSON string: control characters and surrogates as escapes, all else in UTF-8. */
export function writeString(out: ByteWriter, text: string): void {
  out.reserve(text.length * 3 + 2)
  const { bytes, length } = out
  bytes[length] = QUOTE
  const end =
    text.length < NATIVE_LENGTH_MIN
      ? writeShort(bytes, text, length + 1)
      : writePlain(bytes, text, length + 1)
  if (end === -1) {
    writeEscaped(out, text)
    return
  }
  bytes[end] = QUOTE
  out.length = end + 1
}

/** What the reference escapes in another way than `JSON.stringify`. */
const ESCAPED_OTHERWISE = /\\u|[\ud800-\udfff]/

function writeEscaped(out: ByteWriter, text: string): void {
  const json = JSON.stringify(text)
  out.writeUtf8(ESCAPED_OTHERWISE.test(json) ? quoted(text) : json)
}

const AS_IS = 0
const LONG_ESCAPE = 1
/** What becomes of an ASCII character, or the letter of its escape. */
const escapes = Uint8Array.from({ length: 128 }, (_, code) => {
  const escaped = shortEscapes[String.fromCharCode(code)]
  if (escaped !== undefined) return escaped.charCodeAt(1)
  return code < 0x20 ? LONG_ESCAPE : AS_IS
})

/** @returns Where the text ends, or -1 when it has other characters than most. */
function writeShort(bytes: Buffer, text: string, start: number): number {
  let at = start
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) {
      at = writeCharacter(bytes, code, at)
      if (at === -1) return -1
      continue
    }
    const letter = escapes[code]
    if (letter === AS_IS) {
      bytes[at++] = code
    } else {
      if (letter === LONG_ESCAPE) return -1
      bytes[at++] = BACKSLASH
      bytes[at++] = letter as number
    }
  }
  return at
}

/** Writes one that is no ASCII. @returns Where it ends, -1 for half of a pair. */
function writeCharacter(bytes: Buffer, code: number, start: number): number {
  if (code < 0x800) {
    bytes[start] = 0xc0 | (code >> 6)
    bytes[start + 1] = 0x80 | (code & 0x3f)
    return start + 2
  }
  if (code >= 0xd800 && code < 0xe000) return -1
  bytes[start] = 0xe0 | (code >> 12)
  bytes[start + 1] = 0x80 | ((code >> 6) & 0x3f)
  bytes[start + 2] = 0x80 | (code & 0x3f)
  return start + 3
}

// 1: the byte stands for itself between quotes, 0: look closer.
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH && byte < REPLACEMENT_START ? 1 : 0,
)

/** @returns Where the text ends, or -1 when some of it may need an escape. */
function writePlain(bytes: Buffer, text: string, start: number): number {
  const end = start + bytes.write(text, start)
  // Without a branch for each byte this takes little more time than the writing.
  let areAllPlain = 1
  for (let index = start; index < end; index++) areAllPlain &= isPlain[bytes[index] as number] ?? 0
  return areAllPlain === 1 || isBelowReplacement(bytes, start, end) ? end : -1
}

function isBelowReplacement(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if (isPlain[bytes[index] as number] === 1) continue
    if (bytes[index] !== REPLACEMENT_START) return false
    if (bytes[index + 1] === 0xbf && bytes[index + 2] === 0xbd) return false
  }
  return true
}

/** Appends text that is ASCII. */
export function writeAscii(out: ByteWriter, text: string): void {
  out.reserve(text.length)
  const { bytes, length } = out
  for (let index = 0; index < text.length; index++) bytes[length + index] = text.charCodeAt(index)
  out.length = length + text.length
}

/** As little-endian integers. */
const TRUE = 0x65757274
const FALS = 0x736c6166
const NULL = 0x6c6c756e
const LAST_OF_FALSE = 0x65

export function writeNull(out: ByteWriter): void {
  writeWord(out, NULL)
}

export function writeBoolean(out: ByteWriter, value: boolean): void {
  writeWord(out, value ? TRUE : FALS)
  if (!value) out.writeByte(LAST_OF_FALSE)
}

function writeWord(out: ByteWriter, word: number): void {
  out.reserve(4)
  out.view.setInt32(out.length, word, true)
  out.length += 4
}

export function writeBase64(out: ByteWriter, bytes: Uint8Array): void {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
  writeAscii(out, `"${base64}"`)
}
