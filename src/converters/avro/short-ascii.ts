/** From this length on the native decoder is faster. */
export const ASCII_LENGTH_MAX = 24

/**
 * The text of a few ASCII bytes; null when there are others among them. For so few it is several
 * times as fast as a native decoder.
 */
export function shortAscii(bytes: Buffer, start: number, end: number): string | null {
  let text = ''
  let all = 0
  let at = start
  for (; end - at >= 8; at += 8) {
    const a = bytes[at] as number
    const b = bytes[at + 1] as number
    const c = bytes[at + 2] as number
    const d = bytes[at + 3] as number
    const e = bytes[at + 4] as number
    const f = bytes[at + 5] as number
    const g = bytes[at + 6] as number
    const h = bytes[at + 7] as number
    all |= a | b | c | d | e | f | g | h
    text += String.fromCharCode(a, b, c, d, e, f, g, h)
  }
  if (end - at >= 4) {
    const a = bytes[at] as number
    const b = bytes[at + 1] as number
    const c = bytes[at + 2] as number
    const d = bytes[at + 3] as number
    all |= a | b | c | d
    text += String.fromCharCode(a, b, c, d)
    at += 4
  }
  for (; at < end; at++) {
    const byte = bytes[at] as number
    all |= byte
    text += String.fromCharCode(byte)
  }
  return all > 0x7f ? null : text
}
