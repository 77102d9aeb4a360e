import { isUtf8 } from 'node:buffer'

const REPLACEMENT = '\ufffd'
/** A surrogate in the form of UTF-8, whole or cut short, in bytes as Latin 1. */
const SURROGATE = /\xed[\xa0-\xbf][\x80-\xbf]?/

/** Text of UTF-8 bytes; what is malformed becomes U+FFFD, as often as the reference has it. */
export function decodeUtf8(bytes: Buffer, start = 0, end = bytes.length): string {
  const text = bytes.toString('utf8', start, end)
  if (!text.includes(REPLACEMENT) || isUtf8(bytes.subarray(start, end))) return text
  const pieces = bytes.toString('latin1', start, end).split(SURROGATE)
  return pieces.map((piece) => Buffer.from(piece, 'latin1').toString()).join(REPLACEMENT)
}

/** The text with `?` for each surrogate without its other half, as the reference encodes them. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '?')
}
