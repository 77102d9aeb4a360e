import { Decimal } from '../../../src/data/decimal.ts'
import { Headers } from '../../../src/data/headers.ts'
import {
  DATE_SCHEMA,
  decimalBuilder,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
} from '../../../src/data/logical.ts'
import type { Schema } from '../../../src/data/schema.ts'
import * as schemas from '../../../src/data/schemas.ts'
import type { ConnectValue } from '../../../src/data/value.ts'
import type { Operation } from './case.ts'
import { decodeSchema, decodeValue, type SchemaJson, type ValueJson } from './codec.ts'
import type { Outcome } from './compare.ts'
import { encodeHeader } from './record-codec.ts'
import { resultOf } from './schema-operations.ts'

interface HeaderCall {
  readonly call: string
  readonly key: string
  readonly value?: ValueJson
  readonly schema?: SchemaJson | null
  readonly to?: string
}

export const headerOperations: Readonly<Record<string, Operation>> = {
  headers: ({ calls }: { calls: readonly HeaderCall[] }) => {
    let headers: Headers = Headers.empty
    const results = calls.map((call) =>
      resultOf(() => {
        const answer = answers[call.call]?.(headers, call) ?? null
        headers = changed(headers, call)
        return answer
      }),
    )
    return { results, headers: [...headers].map(encodeHeader) }
  },
}

const answers: Readonly<Record<string, (headers: Headers, call: HeaderCall) => Outcome | null>> = {
  size: (headers) => ({ size: headers.size }),
  isEmpty: (headers) => ({ empty: headers.size === 0 }),
  toString: (headers: Headers) => ({ text: String(headers) }),
  lastWithName: (headers, { key }) => {
    const header = headers.lastWithName(key)
    return { header: header === null ? null : encodeHeader(header) }
  },
  duplicateThenClear: (headers) => ({ headers: [...headers].map(encodeHeader) }),
  allWithName: (headers, { key }) => ({ headers: headers.allWithName(key).map(encodeHeader) }),
  equalsDuplicate: (headers) => ({ equal: headers.equals(new Headers([...headers])) }),
}

/** Schemas of the reference's typed ways to add a header. */
const typed: Readonly<Record<string, Schema>> = {
  addBoolean: schemas.BOOLEAN_SCHEMA,
  addByte: schemas.INT8_SCHEMA,
  addShort: schemas.INT16_SCHEMA,
  addInt: schemas.INT32_SCHEMA,
  addLong: schemas.INT64_SCHEMA,
  addFloat: schemas.FLOAT32_SCHEMA,
  addDouble: schemas.FLOAT64_SCHEMA,
  addString: schemas.STRING_SCHEMA,
  addBytes: schemas.BYTES_SCHEMA,
  addDate: DATE_SCHEMA,
  addTime: TIME_SCHEMA,
  addTimestamp: TIMESTAMP_SCHEMA,
}

function changed(headers: Headers, call: HeaderCall): Headers {
  if (call.call === 'duplicateThenClear') return headers.size === 0 ? headers : new Headers([])
  if (call.call in answers) return headers
  const schema = typed[call.call] ?? decodeSchema(call.schema)
  const value = decodeValue(call.value, schema)
  switch (call.call) {
    case 'addList':
      return headers.addList(call.key, value as readonly ConnectValue[], schema as Schema)
    case 'addMap':
      return headers.addMap(call.key, value as Map<ConnectValue, ConnectValue>, schema as Schema)
    case 'addDecimal':
      return headers.add(call.key, value, decimalSchema(value))
    case 'remove':
      return headers.remove(call.key)
    case 'retainLatest':
      return headers.retainLatest(call.key)
    case 'clear':
      return Headers.empty
    case 'applyWith':
      return headers.apply((header) => ({ ...header, value, schema }), call.key)
    case 'applyRename':
      return headers.apply((header) => ({ ...header, key: String(call.to) }), call.key)
    case 'applyDrop':
      return headers.apply(() => null, call.key)
    default:
      return headers.add(call.key, value, orOptional(schema, value, call.call))
  }
}

function decimalSchema(value: ConnectValue): Schema | null {
  return value instanceof Decimal ? decimalBuilder(value.scale).build() : null
}

function orOptional(schema: Schema | null, value: ConnectValue, call: string): Schema | null {
  if (value !== null) return schema
  if (call === 'addString') return schemas.OPTIONAL_STRING_SCHEMA
  return call === 'addBytes' ? schemas.OPTIONAL_BYTES_SCHEMA : schema
}
