const QUOTE = 0x22
const BACKSLASH = 0x5c

const OTHER = 0
export const DIGIT = 1
export const STRING = 2
export const OPEN = 3
export const CLOSE = 4

/** What begins with a byte. */
export const kinds = tableOf((char) => {
  if ('-0123456789'.includes(char)) return DIGIT
  if ('[{'.includes(char)) return OPEN
  if (']}'.includes(char)) return CLOSE
  return char === '"' ? STRING : OTHER
})
const isPlain = tableOf((char) => (char >= ' ' && char <= '~' && !'"\\'.includes(char) ? 1 : 0))

function tableOf(kindOf: (char: string) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => kindOf(String.fromCharCode(byte)))
}

/** True for a JSON string of ASCII characters without escapes, and nothing else. */
export function isPlainString(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== QUOTE || bytes[end - 1] !== QUOTE || end - start < 2) return false
  let areAllPlain = 1
  for (let at = start + 1; at < end - 1; at++) areAllPlain &= isPlain[bytes[at] as number] ?? 0
  return areAllPlain === 1
}

/** Where the value that starts at `start` ends, its brackets taken as they come. */
export function valueEnd(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0
  let at = start
  while (at < end) {
    const kind = kinds[bytes[at] as number]
    at = kind === STRING ? stringEnd(bytes, at, end) : at + 1
    if (kind === OPEN) depth++
    else if (kind === CLOSE) depth--
    if (depth === 0) return at
  }
  return end
}

/** Where the string that starts at `start` ends. */
export function stringEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1
  while (at < end) {
    const byte = bytes[at++]
    if (byte === QUOTE) break
    if (byte === BACKSLASH) at++
  }
  return at
}
