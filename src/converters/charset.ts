import { decodeUtf8, wellFormed } from '../sdk/index.ts'

/** A way to write text as bytes, and back. What can't be written becomes `?`. */
export interface Charset {
  encode(text: string): Buffer
  decode(bytes: Buffer): string
}

const utf8: Charset = {
  encode: (text) => Buffer.from(wellFormed(text)),
  decode: (bytes) => decodeUtf8(bytes),
}

const utf16le: Charset = {
  encode: (text) => Buffer.from(text.toWellFormed(), 'utf16le'),
  decode: decodeUtf16le,
}

const utf16be: Charset = {
  encode: (text) => utf16le.encode(text).swap16(),
  decode: (bytes) => decodeUtf16le(swapped(bytes)),
}

const BIG_ENDIAN_MARK = Buffer.from('feff', 'hex')
const LITTLE_ENDIAN_MARK = Buffer.from('fffe', 'hex')

/** With a byte order mark; big endian where there is none. */
const utf16: Charset = {
  encode: (text) =>
    text === '' ? Buffer.alloc(0) : Buffer.concat([BIG_ENDIAN_MARK, utf16be.encode(text)]),
  decode(bytes) {
    const mark = bytes.subarray(0, 2)
    if (mark.equals(LITTLE_ENDIAN_MARK)) return utf16le.decode(bytes.subarray(2))
    return utf16be.decode(mark.equals(BIG_ENDIAN_MARK) ? bytes.subarray(2) : bytes)
  },
}

const REPLACEMENT = '\ufffd'

/** @param chars The character of each byte; U+FFFD for none. */
function singleByte(chars: readonly string[]): Charset {
  const bytesByChar = new Map(chars.map((char, byte) => [char, byte]))
  bytesByChar.delete(REPLACEMENT)
  return {
    encode: (text) => Buffer.from(Array.from(text, (char) => bytesByChar.get(char) ?? 0x3f)),
    decode: (bytes) => Array.from(bytes, (byte) => chars[byte]).join(''),
  }
}

const allBytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte))
const latin1 = singleByte([...allBytes.toString('latin1')])
const ascii = singleByte(
  Array.from(allBytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : REPLACEMENT)),
)

const byName: ReadonlyMap<string, Charset> = new Map([
  ...named(utf8, 'utf-8', 'utf8'),
  ...named(utf16, 'utf-16', 'utf16', 'utf_16', 'unicode', 'unicodebig'),
  ...named(utf16be, 'utf-16be', 'utf_16be', 'x-utf-16be', 'unicodebigunmarked', 'iso-10646-ucs-2'),
  ...named(utf16le, 'utf-16le', 'utf_16le', 'x-utf-16le', 'unicodelittleunmarked'),
  ...named(latin1, 'iso-8859-1', 'iso8859-1', 'iso8859_1', 'iso_8859-1', 'latin1', 'l1', 'cp819'),
  ...named(ascii, 'us-ascii', 'ascii', 'iso646-us', '646', 'cp367', 'ascii7', 'default'),
])

function named(charset: Charset, ...names: readonly string[]): ReadonlyArray<[string, Charset]> {
  return names.map((name) => [name, charset])
}

/** Names of charsets with one byte for each character that the runtime can decode. */
const SINGLE_BYTE_NAME = /^(?:iso-8859-\d+|windows-\d+|koi8-[ru]|ibm866|macintosh)$/

/**
 * The charset of a name that the reference knows, in any case.
 * @returns null for an unknown one, and for those of several bytes a character but Unicode's.
 */
export function charsetOf(name: string): Charset | null {
  const lower = name.toLowerCase()
  const known = byName.get(lower)
  if (known !== undefined) return known
  const label = lower
    .replace(/^cp(125\d)$/, 'windows-$1')
    .replace(/^(?:cp|ibm-)?866$/, 'ibm866')
    .replace(/^iso_?8859[-_](\d+)$/, 'iso-8859-$1')
    .replace(/^koi8_/, 'koi8-')
  return SINGLE_BYTE_NAME.test(label) ? tableOf(label) : null
}

function tableOf(label: string): Charset | null {
  try {
    const chars = [...new TextDecoder(label).decode(allBytes)]
    // Bytes that a Windows charset leaves open are controls to the decoder, not to the reference.
    const isOpen = (char: string) => label.startsWith('windows-') && /[\u0080-\u009f]/.test(char)
    return singleByte(chars.map((char) => (isOpen(char) ? REPLACEMENT : char)))
  } catch {
    return null
  }
}

/** A high surrogate takes the unit behind it along, whether that is its other half or not. */
const SURROGATES = /[\ud800-\udbff][\s\S]?|[\udc00-\udfff]/g

/** Text of UTF-16, least significant byte first; what is broken becomes U+FFFD. */
export function decodeUtf16le(bytes: Buffer): string {
  const text = bytes.toString('utf16le').replace(SURROGATES, (units) => {
    return units.length === 2 && units.isWellFormed() ? units : REPLACEMENT
  })
  return bytes.length % 2 === 0 ? text : text + REPLACEMENT
}

/** Each pair of bytes the other way round; an odd byte at the end stays. */
export function swapped(bytes: Buffer): Buffer {
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16()
  return Buffer.concat([even, bytes.subarray(even.length)])
}
