import {
  ConnectError,
  type ConnectValue,
  DATE_SCHEMA,
  dateBuilder,
  dateOf,
  epochMsOf,
  INT64_SCHEMA,
  type JavaDateFormat,
  javaClassOf,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  OPTIONAL_TIMESTAMP_SCHEMA,
  type Schema,
  STRING_SCHEMA,
  schemaTypeOf,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
  timeBuilder,
} from '../sdk/index.ts'

export const precisions = ['nanoseconds', 'microseconds', 'milliseconds', 'seconds'] as const
export const formNames = ['string', 'unix', 'Date', 'Time', 'Timestamp'] as const

export type Precision = (typeof precisions)[number]
export type FormName = (typeof formNames)[number]

export interface TimestampSettings {
  /** Of texts; null when not given. */
  readonly format: JavaDateFormat | null
  readonly precision: Precision
}

/** A way to write a point in time. */
interface TimestampForm {
  readonly schema: Schema
  readonly optionalSchema: Schema
  /** @returns Milliseconds since the epoch. */
  read(value: NonNullable<ConnectValue>, schema: Schema | null, settings: TimestampSettings): bigint
  write(epochMs: bigint, settings: TimestampSettings): ConnectValue
}

const DAY_MS = 86_400_000n
const INT64_MAX = 2n ** 63n - 1n

/** How many of a unit make a millisecond, or how many milliseconds the unit. */
const units: Readonly<Record<Precision, { readonly perMs: bigint; readonly ms: bigint }>> = {
  nanoseconds: { perMs: 1_000_000n, ms: 1n },
  microseconds: { perMs: 1000n, ms: 1n },
  milliseconds: { perMs: 1n, ms: 1n },
  seconds: { perMs: 1n, ms: 1000n },
}

/** By the names that `target.type` has for them. */
export const timestampForms: Readonly<Record<FormName, TimestampForm>> = {
  string: {
    schema: STRING_SCHEMA,
    optionalSchema: OPTIONAL_STRING_SCHEMA,
    read(value, schema, { format }) {
      if (typeof value !== 'string') {
        throw unexpected('Expected string timestamp to be a String', value, schema)
      }
      return parsed(value, format)
    },
    write: (epochMs, { format }) => present(format).format(epochMs),
  },
  unix: {
    schema: INT64_SCHEMA,
    optionalSchema: OPTIONAL_INT64_SCHEMA,
    read(value, schema, { precision }) {
      if (schemaTypeOf(value, schema?.type) !== 'INT64') {
        throw unexpected('Expected Unix timestamp to be a Long', value, schema)
      }
      const { perMs, ms } = units[precision]
      return limited(BigInt(value as number | bigint) * ms) / perMs
    },
    write(epochMs, { precision }) {
      const { perMs, ms } = units[precision]
      return limited(epochMs * perMs) / ms
    },
  },
  Date: dateForm('Date', DATE_SCHEMA, dateBuilder().optional().build(), (epochMs) => {
    return epochMs - timeOfDay(epochMs)
  }),
  Time: dateForm('Time', TIME_SCHEMA, timeBuilder().optional().build(), timeOfDay),
  Timestamp: dateForm(
    'Timestamp',
    TIMESTAMP_SCHEMA,
    OPTIONAL_TIMESTAMP_SCHEMA,
    (epochMs) => epochMs,
  ),
}

function dateForm(
  name: string,
  schema: Schema,
  optionalSchema: Schema,
  part: (epochMs: bigint) => bigint,
): TimestampForm {
  return {
    schema,
    optionalSchema,
    read(value, from) {
      if (value instanceof Date) return epochMsOf(value)
      throw unexpected(`Expected ${name} to be a java.util.Date`, value, from)
    },
    write: (epochMs) => dateOf(part(epochMs)),
  }
}

function timeOfDay(epochMs: bigint): bigint {
  return ((epochMs % DAY_MS) + DAY_MS) % DAY_MS
}

/** Products beyond 64 bits stop at the largest. */
function limited(value: bigint): bigint {
  if (value > INT64_MAX) return INT64_MAX
  return value < -INT64_MAX - 1n ? -INT64_MAX - 1n : value
}

function parsed(text: string, given: JavaDateFormat | null): bigint {
  const format = present(given)
  const epochMs = format.parse(text)
  if (epochMs !== null) return epochMs
  throw invalid(
    `Could not parse timestamp: value (${text}) does not match pattern (${format.pattern})`,
  )
}

function present(format: JavaDateFormat | null): JavaDateFormat {
  if (format === null) {
    throw invalid('TimestampConverter needs the option format to read timestamps that are strings')
  }
  return format
}

function unexpected(expected: string, value: ConnectValue, schema: Schema | null): ConnectError {
  return invalid(`${expected}, but found class ${javaClassOf(value, schema?.type)}`)
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
