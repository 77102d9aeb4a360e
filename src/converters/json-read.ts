import {
  ConnectError,
  type ConnectValue,
  DATE_NAME,
  DECIMAL_NAME,
  decodeDate,
  decodeDecimal,
  decodeTime,
  decodeTimestamp,
  type Field,
  type Schema,
  type SchemaType,
  Struct,
  schemalessDouble,
  schemalessLong,
  TIME_NAME,
  TIMESTAMP_NAME,
  validateValue,
} from '../sdk/index.ts'
import {
  base64Bytes,
  decimalOf,
  doubleOf,
  intOf,
  isIntegral,
  isObject,
  JsonDecimal,
  type JsonNode,
  type JsonObject,
  kindOf,
  longOf,
} from './json-node.ts'

/** Reads a value of one schema; `undefined` is a field that is not there. */
export type JsonReader = (node: JsonNode | undefined) => ConnectValue

/** Readers made once for each schema object. */
export class JsonReaders {
  readonly #replaceNullWithDefault: boolean
  readonly #readers = new WeakMap<Schema, JsonReader>()

  constructor(options: { readonly replaceNullWithDefault: boolean }) {
    this.#replaceNullWithDefault = options.replaceNullWithDefault
  }

  of(schema: Schema | null): JsonReader {
    if (schema === null) return (node) => readSchemaless(node ?? null)
    const known = this.#readers.get(schema)
    if (known !== undefined) return known
    const reader = this.#nullable(schema, this.#ofPresent(schema))
    this.#readers.set(schema, reader)
    return reader
  }

  #nullable(schema: Schema, read: (node: NonNullable<JsonNode>) => ConnectValue): JsonReader {
    const replacement = this.#replaceNullWithDefault ? schema.defaultValue : null
    return (node) => {
      if (node !== null && node !== undefined) return read(node)
      if (replacement === null && !schema.optional) {
        throw invalid(`Invalid null value for required ${schema.type} field`)
      }
      return replacement
    }
  }

  #ofPresent(schema: Schema): (node: NonNullable<JsonNode>) => ConnectValue {
    const logical = schema.name === null ? undefined : logicalReaders.get(schema.name)
    if (logical !== undefined) return (node) => logical(schema, node)
    switch (schema.type) {
      case 'ARRAY':
        return this.#list(schema)
      case 'MAP':
        return schema.keySchema?.type === 'STRING' ? this.#object(schema) : this.#pairs(schema)
      case 'STRUCT':
        return this.#struct(schema)
      default:
        return primitiveReaders[schema.type]
    }
  }

  /** Of an object the values, of a scalar nothing, as the reference has it. */
  #list(schema: Schema): (node: NonNullable<JsonNode>) => ConnectValue {
    const read = this.of(schema.valueSchema)
    return (node) => {
      if (Array.isArray(node)) return (node as readonly JsonNode[]).map(read)
      return isObject(node) ? Object.values(node).map(read) : []
    }
  }

  #object(schema: Schema): (node: NonNullable<JsonNode>) => ConnectValue {
    const read = this.of(schema.valueSchema)
    return (node) => {
      if (!isObject(node)) {
        throw invalid(
          `Maps with string fields should be encoded as JSON objects, but found ${kindOf(node)}`,
        )
      }
      return new Map(Object.entries(node).map(([key, value]) => [key, read(value)]))
    }
  }

  #pairs(schema: Schema): (node: NonNullable<JsonNode>) => ConnectValue {
    const readKey = this.of(schema.keySchema)
    const readValue = this.of(schema.valueSchema)
    return (node) => {
      if (!Array.isArray(node)) {
        throw invalid(
          `Maps with non-string fields should be encoded as JSON array of tuples, but found ${kindOf(node)}`,
        )
      }
      return new Map(
        (node as readonly JsonNode[]).map((entry) => {
          const [key, value] = pairOf(entry)
          return [readKey(key), readValue(value)]
        }),
      )
    }
  }

  #struct(schema: Schema): (node: NonNullable<JsonNode>) => ConnectValue {
    const readers = schema.fields.map((field) => this.#field(field))
    return (node) => {
      if (!isObject(node)) {
        throw invalid(`Structs should be encoded as JSON objects, but found ${kindOf(node)}`)
      }
      return new Struct(
        schema,
        readers.map((read) => read(node)),
      )
    }
  }

  /** What a reader makes fits but for null, which texts and bytes become that are none. */
  #field({ name, schema }: Field): (node: JsonObject) => ConnectValue {
    const read = this.of(schema)
    const holdsOthers = schema.type === 'ARRAY' || schema.type === 'MAP'
    return (node) => {
      const value = read(Object.hasOwn(node, name) ? node[name] : undefined)
      if (value === null ? !schema.optional : holdsOthers) validateValue(schema, value, name)
      return value
    }
  }
}

function pairOf(entry: JsonNode): readonly JsonNode[] {
  if (!Array.isArray(entry)) {
    throw invalid(`Found invalid map entry instead of array tuple: ${kindOf(entry)}`)
  }
  if (entry.length !== 2) {
    throw invalid(`Found invalid map entry, expected length 2 but found :${entry.length}`)
  }
  return entry as readonly JsonNode[]
}

type PrimitiveType = Exclude<SchemaType, 'ARRAY' | 'MAP' | 'STRUCT'>

const primitiveReaders: Readonly<
  Record<PrimitiveType, (node: NonNullable<JsonNode>) => ConnectValue>
> = {
  BOOLEAN: (node) => node === true,
  INT8: (node) => (intOf(node) << 24) >> 24,
  INT16: (node) => (intOf(node) << 16) >> 16,
  INT32: intOf,
  INT64: longOf,
  FLOAT32: (node) => Math.fround(doubleOf(node)),
  FLOAT64: doubleOf,
  STRING: (node) => (typeof node === 'string' ? node : null),
  BYTES: (node) => (typeof node === 'string' ? bytesOf(node, 'Invalid bytes field') : null),
}

function bytesOf(text: string, problem: string): Uint8Array {
  const bytes = base64Bytes(text)
  if (bytes === null) throw invalid(problem)
  return bytes
}

type LogicalReader = (schema: Schema, node: NonNullable<JsonNode>) => ConnectValue

const logicalReaders: ReadonlyMap<string, LogicalReader> = new Map<string, LogicalReader>([
  [DECIMAL_NAME, readDecimal],
  [DATE_NAME, (schema, node) => decodeDate(schema, int32Of(node, 'Date'))],
  [TIME_NAME, (schema, node) => decodeTime(schema, int32Of(node, 'Time'))],
  [TIMESTAMP_NAME, readTimestamp],
])

function readDecimal(schema: Schema, node: NonNullable<JsonNode>): ConnectValue {
  if (isIntegral(node) || node instanceof JsonDecimal) return decimalOf(node)
  if (typeof node !== 'string') {
    throw invalid(
      `Invalid type for Decimal, underlying representation should be numeric or bytes but was ${kindOf(node)}`,
    )
  }
  try {
    return decodeDecimal(schema, bytesOf(node, 'not base64'))
  } catch (cause) {
    throw invalid('Invalid bytes for Decimal field', cause)
  }
}

function int32Of(node: JsonNode, what: string): number {
  if (typeof node === 'number' && node === (node | 0)) return node
  throw invalid(
    `Invalid type for ${what}, underlying representation should be integer but was ${kindOf(node)}`,
  )
}

function readTimestamp(schema: Schema, node: NonNullable<JsonNode>): ConnectValue {
  if (isIntegral(node)) return decodeTimestamp(schema, longOf(node))
  throw invalid(
    `Invalid type for Timestamp, underlying representation should be integral but was ${kindOf(node)}`,
  )
}

/** The value without schema; nodes without exact numbers are such values already. */
function readSchemaless(node: JsonNode): ConnectValue {
  if (typeof node === 'bigint') return schemalessLong(BigInt.asIntN(64, node))
  if (typeof node !== 'object' || node === null) return node
  if (node instanceof JsonDecimal) return schemalessDouble(doubleOf(node))
  if (Array.isArray(node)) return (node as readonly JsonNode[]).map(readSchemaless)
  return Object.fromEntries(
    Object.entries(node as { [key: string]: JsonNode }).map(([k, v]) => [k, readSchemaless(v)]),
  )
}

function invalid(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID', ...(cause !== undefined && { cause }) })
}
