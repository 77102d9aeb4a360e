import type { Decimal } from './decimal.ts'
import type { BigInteger, BoxedNumber } from './numbers.ts'
import type { Struct } from './struct.ts'

/**
 * Any value of a record.
 *
 * With a schema: INT8/16/32 and FLOAT32/64 are `number`, INT64 is `bigint`, BYTES is `Uint8Array`,
 * STRING is `string`, ARRAY is an array, MAP is a `Map`, STRUCT is `Struct`; the logical types are
 * `Decimal` and, for Date, Time and Timestamp, the JavaScript `Date`.
 *
 * Without: a `number` without fraction stands for a 64-bit integer (`bigint` beyond the safe
 * range), one with a fraction for a double; other numeric types and integral doubles are boxed
 * (`Float64`, `Int32`, ...). Objects are plain objects whose keys were defined, not assigned.
 */
export type ConnectValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | Decimal
  | BoxedNumber
  | BigInteger
  | Struct
  | readonly ConnectValue[]
  | ReadonlyMap<ConnectValue, ConnectValue>
  | ConnectObject

/** A value without schema that has named fields. */
export interface ConnectObject {
  readonly [field: string]: ConnectValue
}
