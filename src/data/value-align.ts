import { ConnectError } from '../base/errors.ts'
import { decodeDate, decodeTime, decodeTimestamp } from './logical.ts'
import { DATE_NAME, TIME_NAME, TIMESTAMP_NAME } from './logical-names.ts'
import { isNumeric, type Numeric, toDouble, toInt, toLong } from './numeric.ts'
import { schemalessForm, typedForm } from './retype.ts'
import type { Schema, SchemaAndValue, SchemaType } from './schema.ts'
import type { ConnectValue } from './value.ts'

/** Each holds all values of those before it, roughly. */
const numericTypes: readonly SchemaType[] = [
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FLOAT32',
  'FLOAT64',
]

/** Finds one schema for all elements of a list, or keys or values of a map. */
export class CommonSchema {
  #schema: Schema | null = null
  #hasConflict = false

  /** null when there is none, or when only nulls were added. */
  get schema(): Schema | null {
    return this.#schema
  }

  add(schema: Schema | null): void {
    if (schema === null || this.#hasConflict) return
    this.#schema = this.#schema === null ? schema : wider(this.#schema, schema)
    this.#hasConflict = this.#schema === null
  }
}

function wider(a: Schema, b: Schema): Schema | null {
  if (a.type === b.type) return b
  const [rankA, rankB] = [numericTypes.indexOf(a.type), numericTypes.indexOf(b.type)]
  if (rankA === -1 || rankB === -1) return null
  return rankA > rankB ? a : b
}

/**
 * An element converted to the common schema.
 * @throws ConnectError DATA_INVALID for null, and for what does not convert.
 */
export function aligned({ schema, value }: SchemaAndValue, common: Schema): ConnectValue {
  if (value === null) {
    throw unfit('Unable to convert a null value to a schema that requires a value')
  }
  if (!numericTypes.includes(common.type)) return typedForm(schemalessForm(value, schema), common)
  const decode = common.name === null ? undefined : decoders.get(common.name)
  if (decode !== undefined && value instanceof Date) return value
  if (!isNumeric(value)) throw unfit('Unable to convert to a number')
  return decode === undefined ? widened(value, common.type) : decode(common, value)
}

const decoders: ReadonlyMap<string, (schema: Schema, value: Numeric) => Date> = new Map([
  [DATE_NAME, (schema, value) => decodeDate(schema, toInt(value, null))],
  [TIME_NAME, (schema, value) => decodeTime(schema, toInt(value, null))],
  [TIMESTAMP_NAME, (schema, value) => decodeTimestamp(schema, toLong(value))],
])

function widened(value: Numeric, type: SchemaType): ConnectValue {
  if (type === 'FLOAT64') return toDouble(value)
  if (type === 'FLOAT32') return Math.fround(toDouble(value))
  return type === 'INT64' ? toLong(value) : Number(toLong(value))
}

function unfit(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
