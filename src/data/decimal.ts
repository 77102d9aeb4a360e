import { asciiDigits } from '../base/java-numbers.ts'
import { decimalBrand, hasBrand } from './brand.ts'
import { doubleText } from './number-text.ts'

const DECIMAL_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** With as many zeros at its end, a number has none of its lower 64 bits. */
const TRAILING_ZEROS_MAX = 64

/** Exact decimal: `unscaled` times ten to the power of minus `scale`. */
export class Decimal {
  readonly unscaled: bigint
  readonly scale: number

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled
    this.scale = scale
  }

  get [decimalBrand](): true {
    return true
  }

  /** @returns null for a text that is no decimal number. Digits after the point give the scale. */
  static parse(text: string): Decimal | null {
    const match = DECIMAL_TEXT.exec(asciiDigits(text))
    if (match === null) return null
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
    if (whole === '' && fraction === '') return null
    const scale = fraction.length - Number(exponent)
    if (Math.abs(scale) > 2 ** 31 - 1) return null
    const unscaled = BigInt(whole + fraction)
    return new Decimal(sign === '-' ? -unscaled : unscaled, scale)
  }

  /** The decimal with the digits that `value` prints as; `value` is finite. */
  static ofDouble(value: number): Decimal {
    return Decimal.parse(doubleText(value)) as Decimal
  }

  /** Reads two's complement, most significant byte first. */
  static fromBytes(bytes: Uint8Array, scale: number): Decimal {
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
    return new Decimal(BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex || '0'}`)), scale)
  }

  /** Shortest two's complement of the unscaled value, most significant byte first. */
  toBytes(): Uint8Array {
    const magnitude = this.unscaled < 0n ? -this.unscaled - 1n : this.unscaled
    const sizeBytes = Math.floor(bitLength(magnitude) / 8) + 1
    const hex = BigInt.asUintN(sizeBytes * 8, this.unscaled).toString(16)
    return new Uint8Array(Buffer.from(hex.padStart(sizeBytes * 2, '0'), 'hex'))
  }

  /** Nearest double; infinite when too large. */
  toNumber(): number {
    return Number(`${this.unscaled}e${-this.scale}`)
  }

  /** Power of ten of the first digit. */
  get exponent(): number {
    return digitsOf(this.unscaled).length - 1 - this.scale
  }

  /** The whole part. Takes as many digits as the number has: check `exponent` before. */
  toBigInt(): bigint {
    if (this.unscaled === 0n || this.exponent < 0) return 0n
    if (this.scale <= 0) return this.unscaled * 10n ** BigInt(-this.scale)
    return this.unscaled / 10n ** BigInt(this.scale)
  }

  /** The lower 64 bits of the whole part. */
  toLong(): bigint {
    return this.scale <= -TRAILING_ZEROS_MAX ? 0n : BigInt.asIntN(64, this.toBigInt())
  }

  equals(other: unknown): boolean {
    return (
      other instanceof Decimal && other.unscaled === this.unscaled && other.scale === this.scale
    )
  }

  /** The reference's text: plain, or scientific where the point is far from the digits. */
  toString(): string {
    const sign = this.unscaled < 0n ? '-' : ''
    const digits = digitsOf(this.unscaled)
    if (this.scale === 0) return sign + digits
    if (this.scale > 0 && this.exponent >= -6) {
      const padded = digits.padStart(this.scale + 1, '0')
      return `${sign}${padded.slice(0, -this.scale)}.${padded.slice(-this.scale)}`
    }
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : ''
    return `${sign}${digits[0]}${rest}E${this.exponent >= 0 ? '+' : ''}${this.exponent}`
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, decimalBrand)
  }
}

function digitsOf(unscaled: bigint): string {
  return String(unscaled < 0n ? -unscaled : unscaled)
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}
