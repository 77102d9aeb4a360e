import { Decimal } from './decimal.ts'
import { BigInteger, BoxedNumber } from './numbers.ts'
import type { SchemaType } from './schema.ts'
import type { ConnectValue } from './value.ts'

/** Any of the values that are numbers to the reference. */
export type Numeric = number | bigint | BoxedNumber | BigInteger | Decimal

export function isNumeric(value: ConnectValue): value is Numeric {
  if (typeof value === 'object') {
    return value instanceof BoxedNumber || value instanceof Decimal || value instanceof BigInteger
  }
  return typeof value === 'number' || typeof value === 'bigint'
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1

/** As a Java cast to long: integers keep 64 bits, doubles stop at the limits, NaN is 0. */
export function toLong(value: Numeric): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value)
  if (value instanceof BigInteger) return BigInt.asIntN(64, value.value)
  if (value instanceof Decimal) return value.toLong()
  const double = Number(value)
  if (Number.isNaN(double)) return 0n
  if (double >= 2 ** 63) return INT64_MAX
  return double <= -(2 ** 63) ? INT64_MIN : BigInt(Math.trunc(double))
}

/**
 * As a Java cast to int: integers keep their lower 32 bits, doubles stop at the limits, NaN is 0.
 * @param type What the value is to the reference.
 */
export function toInt(value: Numeric, type: SchemaType | null): number {
  if (type !== 'FLOAT32' && type !== 'FLOAT64') {
    return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, toLong(value)))
  }
  return Math.trunc(Math.min(Math.max(Number(value), INT32_MIN), INT32_MAX)) || 0
}

export function toDouble(value: Numeric): number {
  return value instanceof Decimal ? value.toNumber() : Number(value.valueOf())
}
