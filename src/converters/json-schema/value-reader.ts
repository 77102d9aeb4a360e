import { ConnectError, type ConnectValue, type Schema, Struct } from '../../sdk/index.ts'
import {
  fieldOf,
  isIntegral,
  isObject,
  JsonDecimal,
  type JsonNode,
  type JsonObject,
  kindOf,
} from '../json-node.ts'
import { JsonReaders } from '../json-read.ts'
import { KEY_FIELD, VALUE_FIELD } from './names.ts'
import { isNamedMap, isUnion } from './schema-kinds.ts'

/** Reads a value of one schema; `undefined` is a property that is not there. */
type JsonValueReader = (node: JsonNode | undefined) => ConnectValue
type PresentReader = (node: NonNullable<JsonNode>) => ConnectValue
type Values = ConnectValue[]

/** Readers made once for each schema object. */
export class ValueReaders {
  readonly #simple = new JsonReaders({ replaceNullWithDefault: false })
  readonly #readers = new WeakMap<Schema, JsonValueReader>()

  of(schema: Schema): JsonValueReader {
    const known = this.#readers.get(schema)
    if (known !== undefined) return known
    const { optional, defaultValue, type } = schema
    // A struct that contains itself finds its reader here while its fields are compiled.
    let read: PresentReader | null = null
    const reader: JsonValueReader = (node) => {
      if (node !== null && node !== undefined) return (read as PresentReader)(node)
      if (defaultValue !== null || node === undefined || optional) return defaultValue
      throw invalid(`Invalid null value for required ${type} field`)
    }
    this.#readers.set(schema, reader)
    read = this.#ofPresent(schema)
    return reader
  }

  #ofPresent(schema: Schema): PresentReader {
    switch (schema.type) {
      case 'ARRAY':
        return this.#list(schema)
      case 'MAP':
        return isNamedMap(schema) ? this.#object(schema) : this.#entries(schema)
      case 'STRUCT':
        return isUnion(schema) ? this.#union(schema) : this.#struct(schema)
      default:
        return this.#simple.of(schema)
    }
  }

  #partOf(schema: Schema | null): JsonValueReader {
    if (schema === null) throw new TypeError('an array or map without schemas')
    return this.of(schema)
  }

  /** Of an object the values, of a scalar nothing, as the reference has it. */
  #list(schema: Schema): PresentReader {
    const read = this.#partOf(schema.valueSchema)
    return (node) => {
      if (Array.isArray(node)) return (node as readonly JsonNode[]).map((each) => read(each))
      return isObject(node) ? Object.values(node).map((each) => read(each)) : []
    }
  }

  #object(schema: Schema): PresentReader {
    const read = this.#partOf(schema.valueSchema)
    return (node) => {
      if (!isObject(node)) {
        throw invalid(
          `Maps with string fields should be encoded as JSON objects, but found ${kindOf(node)}`,
        )
      }
      return new Map(Object.entries(node).map(([key, each]) => [key, read(each)]))
    }
  }

  #entries(schema: Schema): PresentReader {
    const readKey = this.#partOf(schema.keySchema)
    const readValue = this.#partOf(schema.valueSchema)
    return (node) => {
      if (!Array.isArray(node)) {
        throw invalid(
          `Maps with non-string fields should be encoded as JSON array of objects, but found ${kindOf(node)}`,
        )
      }
      return new Map(
        (node as readonly JsonNode[]).map((each) => {
          const entry = entryOf(each)
          return [readKey(fieldOf(entry, KEY_FIELD)), readValue(fieldOf(entry, VALUE_FIELD))]
        }),
      )
    }
  }

  #struct(schema: Schema): PresentReader {
    const fields = schema.fields.map(({ name, schema: fieldSchema }) => ({
      name,
      read: this.of(fieldSchema),
    }))
    return (node) => {
      if (!isObject(node)) {
        throw invalid(`Structs should be encoded as JSON objects, but found ${kindOf(node)}`)
      }
      const struct = new Struct(schema)
      const values = struct.values as Values
      for (let index = 0; index < fields.length; index++) {
        const { name, read } = fields[index] as (typeof fields)[number]
        values[index] = read(Object.hasOwn(node, name) ? node[name] : undefined)
      }
      return struct
    }
  }

  #union(schema: Schema): PresentReader {
    const members = schema.fields.map((field) => ({
      schema: field.schema,
      read: this.of(field.schema),
    }))
    const schemas = members.map((member) => member.schema)
    return (node) => {
      const chosen = memberFor(schemas, node)
      const member = members[chosen]
      if (member === undefined) throw invalid('Did not find matching oneof field for data')
      const struct = new Struct(schema)
      ;(struct.values as Values)[chosen] = member.read(node)
      return struct
    }
  }
}

/** The member whose type the value has, else the struct that shares most properties with it; -1: none. */
function memberFor(schemas: readonly Schema[], node: NonNullable<JsonNode>): number {
  let best = -1
  let most = 0
  for (const [index, schema] of schemas.entries()) {
    if (hasType(schema, node)) return index
    const shared = sharedProperties(schema, node, 0)
    if (shared > most) {
      best = index
      most = shared
    }
  }
  return best
}

function hasType({ type }: Schema, node: NonNullable<JsonNode>): boolean {
  switch (type) {
    case 'BOOLEAN':
      return typeof node === 'boolean'
    case 'STRING':
      return typeof node === 'string'
    case 'BYTES':
      return node instanceof JsonDecimal
    case 'FLOAT32':
    case 'FLOAT64':
      return typeof node === 'number' || isIntegral(node) || node instanceof JsonDecimal
    case 'ARRAY':
      return Array.isArray(node)
    case 'MAP':
      return isObject(node) || Array.isArray(node)
    case 'STRUCT':
      return false
    default:
      return isIntegral(node)
  }
}

/** Structs within structs that are looked into. */
const DEPTH_MAX = 50

function sharedProperties(schema: Schema, node: JsonNode | undefined, depth: number): number {
  if (schema.type !== 'STRUCT' || node === undefined || !isObject(node) || depth > DEPTH_MAX)
    return 0
  let shared = 0
  for (const field of schema.fields) {
    if (!Object.hasOwn(node, field.name)) continue
    shared += 1 + sharedProperties(field.schema, node[field.name], depth + 1)
  }
  return shared
}

function entryOf(node: JsonNode): JsonObject {
  if (!isObject(node)) throw invalid(`Found invalid map entry instead of object: ${kindOf(node)}`)
  const size = Object.keys(node).length
  if (size !== 2) throw invalid(`Found invalid map entry, expected length 2 but found :${size}`)
  return node
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
