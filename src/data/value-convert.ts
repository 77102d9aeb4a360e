import { ConnectError } from '../base/errors.ts'
import { calendarFields } from '../base/java-calendar.ts'
import { dateOf, epochMsOf } from './date.ts'
import { Decimal } from './decimal.ts'
import { isConnectObject, javaClassOf } from './java-type.ts'
import {
  DATE_SCHEMA,
  decimalBuilder,
  decodeDate,
  decodeTime,
  decodeTimestamp,
  encodeDate,
  encodeTime,
  encodeTimestamp,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
} from './logical.ts'
import { DATE_NAME, TIME_NAME, TIMESTAMP_NAME } from './logical-names.ts'
import { isNumeric, toDouble, toLong } from './numeric.ts'
import { schemalessForm } from './retype.ts'
import type { Schema } from './schema.ts'
import { Struct } from './struct.ts'
import { textOf } from './text.ts'
import type { ConnectObject, ConnectValue } from './value.ts'
import { parseValueText } from './value-parse.ts'

// Each converts a value of `schema`, or one without, to one type; strings are parsed. Numbers are
// cut to size as casts in Java do. ConnectError DATA_INVALID says what does not convert.

const DAY_MS = 86_400_000n

export function convertToBoolean(schema: Schema | null, value: ConnectValue): boolean | null {
  if (value === null || typeof value === 'boolean') return value
  const parsed = typeof value === 'string' ? parseValueText(value).value : null
  return typeof parsed === 'boolean' ? parsed : longOf(schema, value) !== 0n
}

export function convertToInt8(schema: Schema | null, value: ConnectValue): number | null {
  return value === null ? null : Number(BigInt.asIntN(8, longOf(schema, value)))
}

export function convertToInt16(schema: Schema | null, value: ConnectValue): number | null {
  return value === null ? null : Number(BigInt.asIntN(16, longOf(schema, value)))
}

export function convertToInt32(schema: Schema | null, value: ConnectValue): number | null {
  return value === null ? null : int32Of(schema, value)
}

export function convertToInt64(schema: Schema | null, value: ConnectValue): bigint | null {
  return value === null ? null : longOf(schema, value)
}

export function convertToFloat32(schema: Schema | null, value: ConnectValue): number | null {
  return value === null ? null : Math.fround(doubleOf(schema, value))
}

export function convertToFloat64(schema: Schema | null, value: ConnectValue): number | null {
  return value === null ? null : doubleOf(schema, value)
}

export function convertToTime(schema: Schema | null, given: ConnectValue): Date {
  const value = parsedIfText(present(given))
  if (value instanceof Date) {
    if (schema === null || schema.name === TIME_NAME) return value
    if (schema.name === TIMESTAMP_NAME) return timeOfDay(value)
  }
  return decodeTime(TIME_SCHEMA, int32Of(schema, value))
}

export function convertToDate(schema: Schema | null, given: ConnectValue): Date {
  const value = parsedIfText(present(given))
  if (value instanceof Date) {
    if (schema === null || schema.name === DATE_NAME) return value
    if (schema.name === TIMESTAMP_NAME) return dateOf((epochMsOf(value) / DAY_MS) * DAY_MS)
  }
  return decodeDate(DATE_SCHEMA, int32Of(schema, value))
}

export function convertToTimestamp(schema: Schema | null, given: ConnectValue): Date {
  const value = parsedIfText(present(given))
  if (value instanceof Date) {
    if (schema === null || schema.name === TIMESTAMP_NAME) return value
    if (schema.name === DATE_NAME) return dateOf(BigInt(encodeDate(schema, value)) * DAY_MS)
  }
  return decodeTimestamp(TIMESTAMP_SCHEMA, longOf(schema, value))
}

/** @param scale Of bytes; other values bring their own. */
export function convertToDecimal(
  schema: Schema | null,
  given: ConnectValue,
  scale: number,
): Decimal {
  const value = present(given)
  if (value instanceof Decimal) return value
  if (value instanceof Uint8Array && value.length > 0) return Decimal.fromBytes(value, scale)
  const text = isNumeric(value) ? null : value
  const decimal = text === null ? decimalOfDouble(value) : decimalOfText(text)
  if (decimal !== null) return decimal
  throw inconvertible(value, schema, String(decimalBuilder(scale).build()))
}

function decimalOfDouble(value: ConnectValue): Decimal | null {
  const double = isNumeric(value) ? toDouble(value) : Number.NaN
  return Number.isFinite(double) ? Decimal.ofDouble(double) : null
}

function decimalOfText(value: ConnectValue): Decimal | null {
  return typeof value === 'string' ? Decimal.parse(value) : null
}

export function convertToList(schema: Schema | null, given: ConnectValue): readonly ConnectValue[] {
  const value = parsedIfText(present(given))
  if (Array.isArray(value)) return value
  throw inconvertible(value, schema, 'Schema{ARRAY}')
}

export function convertToMap(
  schema: Schema | null,
  given: ConnectValue,
): ReadonlyMap<ConnectValue, ConnectValue> | ConnectObject {
  const value = parsedIfText(present(given))
  if (value instanceof Map || isConnectObject(value)) return value
  throw inconvertible(value, schema, 'Schema{MAP}')
}

export function convertToStruct(schema: Schema | null, given: ConnectValue): Struct {
  const value = present(given)
  if (value instanceof Struct) return value
  throw inconvertible(value, schema, 'Schema{STRUCT}')
}

function present(value: ConnectValue): NonNullable<ConnectValue> {
  if (value !== null) return value
  throw invalid('Unable to convert a null value to a schema that requires a value')
}

/** A text parsed; numbers in it tell their types by themselves. */
function parsedIfText(value: NonNullable<ConnectValue>): NonNullable<ConnectValue> {
  if (typeof value !== 'string') return value
  const parsed = parseValueText(value)
  return present(schemalessForm(parsed.value, parsed.schema))
}

function timeOfDay(value: Date): Date {
  const { hour, minute, second, millisecond } = calendarFields(epochMsOf(value))
  return new Date(((hour * 60 + minute) * 60 + second) * 1000 + millisecond)
}

function int32Of(schema: Schema | null, value: NonNullable<ConnectValue>): number {
  return Number(BigInt.asIntN(32, longOf(schema, value)))
}

function longOf(schema: Schema | null, value: NonNullable<ConnectValue>): bigint {
  if (isNumeric(value)) return toLong(value)
  const decimal = decimalOfText(value)
  if (decimal !== null) return decimal.toLong()
  return BigInt(encoded(schema, value))
}

function doubleOf(schema: Schema | null, value: NonNullable<ConnectValue>): number {
  if (isNumeric(value)) return toDouble(value)
  return decimalOfText(value)?.toNumber() ?? Number(encoded(schema, value))
}

/** The number that stands for a date or time of a logical type. */
function encoded(schema: Schema | null, value: NonNullable<ConnectValue>): number | bigint {
  if (value instanceof Date && schema !== null) {
    if (schema.name === DATE_NAME) return encodeDate(schema, value)
    if (schema.name === TIME_NAME) return encodeTime(schema, value)
    if (schema.name === TIMESTAMP_NAME) return encodeTimestamp(schema, value)
  }
  throw inconvertible(value, schema, schema === null ? 'a number' : String(schema))
}

function inconvertible(value: ConnectValue, schema: Schema | null, target: string): ConnectError {
  const javaClass = javaClassOf(value, schema?.type)
  return invalid(`Unable to convert ${textOf(value, schema)} (class ${javaClass}) to ${target}`)
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
