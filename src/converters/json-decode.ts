import { isUtf8 } from 'node:buffer'
import { decodeUtf16le, swapped } from './charset.ts'
import { parseError } from './json-error.ts'

type Decoder = (bytes: Buffer) => string

/** Text of JSON bytes: UTF-8 unless a byte order mark or the zeros of the first characters tell. */
export function decodeJson(bytes: Buffer, start: number, end: number): string {
  if (startsAsUtf8(bytes, start)) return utf8(bytes, start, end)
  return decodeMarked(bytes.subarray(start, end))
}

/** True for UTF-8 without a byte order mark: JSON begins with two characters of ASCII. */
export function startsAsUtf8(bytes: Buffer, start: number): boolean {
  const first = bytes[start] ?? 0
  return first !== 0 && first < 0x80 && bytes[start + 1] !== 0
}

/** The reference looks for a mark in four bytes or more. */
const SIZE_WITH_MARK_MIN = 4

function decodeMarked(document: Buffer): string {
  for (const [mark, decode] of marks) {
    if (document.length < SIZE_WITH_MARK_MIN) break
    if (document.subarray(0, mark.length).equals(mark))
      return decode(document.subarray(mark.length))
  }
  const zeros = [...document.subarray(0, 4)].map((byte) => (byte === 0 ? '0' : 'x')).join('')
  const decode = zeroPatterns.find(([pattern]) => zeros.startsWith(pattern))?.[1]
  return decode === undefined ? utf8(document) : decode(document)
}

function utf8(bytes: Buffer, start = 0, end = bytes.length): string {
  const text = bytes.toString('utf8', start, end)
  if (!text.includes('\ufffd') || isUtf8(bytes.subarray(start, end))) return text
  return lenientUtf8(bytes.toString('latin1', start, end))
}

/** Of one to four bytes, also where fewer would do or where they name a surrogate. */
const CHARACTER =
  /[^\x80-\xff]+|[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3}/y

/** No JSON text has it, so that the parser fails where it gets there, and only then. */
const MALFORMED = '\0'

/** UTF-8 as the reference's parser takes it, up to the first byte that it refuses. */
function lenientUtf8(bytes: string): string {
  let text = ''
  CHARACTER.lastIndex = 0
  for (let at = 0; at < bytes.length; at = CHARACTER.lastIndex) {
    const [match] = CHARACTER.exec(bytes) ?? []
    if (match === undefined) return text + MALFORMED
    text += match.charCodeAt(0) < 0x80 ? match : characterOf(match)
  }
  return text
}

function characterOf(bytes: string): string {
  const first = bytes.charCodeAt(0) & (0xff >> (bytes.length + 1))
  let code = first
  for (let at = 1; at < bytes.length; at++) code = (code << 6) | (bytes.charCodeAt(at) & 0x3f)
  return code > 0x10ffff ? MALFORMED : String.fromCodePoint(code)
}

function utf16be(bytes: Buffer): string {
  return decodeUtf16le(swapped(bytes))
}

function utf32(read: (bytes: Buffer, at: number) => number): Decoder {
  return (bytes) => {
    if (bytes.length % 4 !== 0) throw parseError('invalid UTF-32')
    const codes = Array.from({ length: bytes.length / 4 }, (_, index) => read(bytes, index * 4))
    if (codes.some((code) => code > 0x10ffff)) throw parseError('invalid UTF-32')
    return codes.map((code) => String.fromCodePoint(code)).join('')
  }
}

const utf32be = utf32((bytes, at) => bytes.readUInt32BE(at))
const utf32le = utf32((bytes, at) => bytes.readUInt32LE(at))

const marks: ReadonlyArray<readonly [Buffer, Decoder]> = [
  [Buffer.from('efbbbf', 'hex'), (bytes) => utf8(bytes)],
  [Buffer.from('0000feff', 'hex'), utf32be],
  [Buffer.from('fffe0000', 'hex'), utf32le],
  [Buffer.from('feff', 'hex'), utf16be],
  [Buffer.from('fffe', 'hex'), decodeUtf16le],
]

const zeroPatterns: ReadonlyArray<readonly [string, Decoder]> = [
  ['000x', utf32be],
  ['x000', utf32le],
  ['0x', utf16be],
  ['x0', decodeUtf16le],
]
