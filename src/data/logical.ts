import { ConnectError } from '../base/errors.ts'
import { dateOf, epochMsOf } from './date.ts'
import { Decimal } from './decimal.ts'
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from './logical-names.ts'
import type { Schema } from './schema.ts'
import { SchemaBuilder } from './schema-builder.ts'

const DAY_MS = 86_400_000n

/** @param scale Digits behind the point of all values; may be negative. */
export function decimalBuilder(scale: number): SchemaBuilder {
  return SchemaBuilder.bytes().name(DECIMAL_NAME).parameter('scale', String(scale)).version(1)
}

export function dateBuilder(): SchemaBuilder {
  return SchemaBuilder.int32().name(DATE_NAME).version(1)
}

export function timeBuilder(): SchemaBuilder {
  return SchemaBuilder.int32().name(TIME_NAME).version(1)
}

export function timestampBuilder(): SchemaBuilder {
  return SchemaBuilder.int64().name(TIMESTAMP_NAME).version(1)
}

export const DATE_SCHEMA = dateBuilder().build()
export const TIME_SCHEMA = timeBuilder().build()
export const TIMESTAMP_SCHEMA = timestampBuilder().build()
export const OPTIONAL_TIMESTAMP_SCHEMA = timestampBuilder().optional().build()

/** Unscaled value in two's complement; the scale has to be that of the schema. */
export function encodeDecimal(schema: Schema, value: Decimal): Uint8Array {
  const scale = scaleOf(schema)
  if (value.scale !== scale) {
    throw invalid(
      `Decimal value has mismatching scale for given Decimal schema. Schema has scale ${scale}, value has scale ${value.scale}.`,
    )
  }
  return value.toBytes()
}

/** @throws ConnectError DATA_INVALID when there is no byte. */
export function decodeDecimal(schema: Schema, bytes: Uint8Array): Decimal {
  if (bytes.length === 0) throw invalid('Invalid Decimal value: no bytes')
  return Decimal.fromBytes(bytes, scaleOf(schema))
}

function scaleOf(schema: Schema): number {
  const text = schema.parameters?.get('scale')
  if (text === undefined) throw invalid('Invalid Decimal schema: scale parameter not found.')
  if (!/^[+-]?\d+$/.test(text)) throw invalid('Invalid scale parameter found in Decimal schema: ')
  return Number(text)
}

/** Days since the epoch; the date has to be midnight UTC. */
export function encodeDate(schema: Schema, value: Date): number {
  requireName(schema, DATE_NAME, 'Date')
  const epochMs = epochMsOf(value)
  if (epochMs % DAY_MS !== 0n) {
    throw invalid('Kafka Connect Date type should not have any time fields set to non-zero values.')
  }
  return Number(BigInt.asIntN(32, epochMs / DAY_MS))
}

export function decodeDate(schema: Schema, days: number): Date {
  requireName(schema, DATE_NAME, 'Date')
  return dateOf(BigInt(days) * DAY_MS)
}

/** Milliseconds since midnight. */
export function encodeTime(schema: Schema, value: Date): number {
  requireName(schema, TIME_NAME, 'Time')
  const epochMs = epochMsOf(value)
  if (epochMs < 0n || epochMs > DAY_MS) {
    throw invalid('Kafka Connect Time type should not have any date fields set to non-zero values.')
  }
  return Number(epochMs)
}

export function decodeTime(schema: Schema, ms: number): Date {
  requireName(schema, TIME_NAME, 'Date')
  if (ms < 0 || ms > Number(DAY_MS)) {
    throw invalid(
      'Time values must use number of milliseconds greater than 0 and less than 86400000',
    )
  }
  return new Date(ms)
}

/** Milliseconds since the epoch. */
export function encodeTimestamp(schema: Schema, value: Date): bigint {
  requireName(schema, TIMESTAMP_NAME, 'Timestamp')
  return epochMsOf(value)
}

export function decodeTimestamp(schema: Schema, epochMs: bigint): Date {
  requireName(schema, TIMESTAMP_NAME, 'Timestamp')
  return dateOf(epochMs)
}

function requireName(schema: Schema, name: string, what: string): void {
  if (schema.name !== name) {
    throw invalid(`Requested conversion of ${what} object but the schema does not match.`)
  }
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
