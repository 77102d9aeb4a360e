// Every plain ASCII text; spares the others' search for digits.
const ASCII = /^[\0-\x7f]*$/
const DIGIT = /[\u0080-\uffff]/g

/** The text with 0 to 9 for the decimal digits of any script, which the reference reads too. */
export function asciiDigits(text: string): string {
  return ASCII.test(text) ? text : text.replace(DIGIT, digitOf)
}

/** Digits of a script follow each other, zero first. */
function digitOf(char: string): string {
  if (!isDigit(char)) return char
  const code = char.charCodeAt(0)
  let value = 0
  while (value < 9 && isDigit(String.fromCharCode(code - value - 1))) value++
  return String(value)
}

/** True for a decimal digit of any script within the first 65,536 characters. */
export function isDigit(char: string): boolean {
  return char.length === 1 && /^\p{Nd}$/u.test(char)
}

const DECIMAL = /^([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[fFdD]?$/
const HEXADECIMAL = /^([+-]?)0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/

/** As Java's Double.parseDouble, blanks around the number aside; null for other texts. */
export function parseJavaDouble(text: string): number | null {
  const trimmed = text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '')
  const [, decimal] = DECIMAL.exec(trimmed) ?? []
  if (decimal !== undefined) return Number(decimal)
  const [, sign, whole = '', fraction = '', exponent] = HEXADECIMAL.exec(trimmed) ?? []
  if (whole + fraction === '') return null
  const digits = Number(`0x${whole}${fraction}`) * (sign === '-' ? -1 : 1)
  return digits * 2 ** (Number(exponent) - 4 * fraction.length)
}

/** As Java's parsers of integers, any number of digits; null for other texts. */
export function parseJavaInteger(text: string): bigint | null {
  const digits = asciiDigits(text)
  return /^[+-]?\d+$/.test(digits) ? BigInt(digits.replace('+', '')) : null
}
