const SIGNIFICAND_AND_EXPONENT = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/

/** The reference's text of a double: `1.0`, `1.0E10`, `1.0E-5`, `NaN`, `-Infinity`. */
export function doubleText(value: number): string {
  const abs = Math.abs(value)
  // In this range both languages write plain digits; only the fraction of whole numbers is missing.
  if (abs >= 1e-3 && abs < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  return specialText(value) ?? scientificText(shortest(value))
}

/** As `doubleText`, with the digits that tell the value from its neighbours in single precision. */
export function floatText(value: number): string {
  const float = Math.fround(value)
  const special = specialText(float)
  if (special !== null) return special
  const text = floatDigits(float)
  const abs = Math.abs(float)
  if (abs < 1e-3 || abs >= 1e7) return scientificText(text)
  const plain = String(Number(text))
  return plain.includes('.') ? plain : `${plain}.0`
}

function specialText(value: number): string | null {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  return Number.isFinite(value) ? null : String(value)
}

/** Shortest digits; two at least, as the nearest of two digits may beat a single one. */
function shortest(value: number): string {
  const text = value.toExponential()
  return text.includes('.') ? text : value.toExponential(1)
}

/** Below this magnitude floats have less than six significant digits. */
const FLOAT_MIN_NORMAL = 2 ** -126

function floatDigits(value: number): string {
  for (let digits = Math.abs(value) < FLOAT_MIN_NORMAL ? 2 : 6; digits < 9; digits++) {
    const text = value.toExponential(digits - 1)
    if (Math.fround(Number(text)) === value) return text
  }
  return value.toExponential(8)
}

function scientificText(text: string): string {
  const [, sign, first, rest = '', exponent] = SIGNIFICAND_AND_EXPONENT.exec(text) ?? []
  return `${sign}${first}.${rest.replace(/0+$/, '') || '0'}E${Number(exponent)}`
}
