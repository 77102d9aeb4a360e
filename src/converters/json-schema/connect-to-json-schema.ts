import {
  ByteWriter,
  ConnectError,
  copiedHashOrder,
  DECIMAL_NAME,
  hashOrder,
  type Schema,
} from '../../sdk/index.ts'
import { quoted } from '../json-text.ts'
import type { JsonSchemaOptions } from './json-schema-options.ts'
import {
  CONNECT_INDEX,
  CONNECT_PARAMETERS,
  CONNECT_TYPE,
  CONNECT_VERSION,
  ID_PARAMETER,
  KEY_FIELD,
  NAMESPACE,
  NULL_SYMBOL,
  VALUE_FIELD,
} from './names.ts'
import { isNamedMap, isUnion, symbolsOf } from './schema-kinds.ts'
import type { ValueWriters } from './value-writer.ts'

type Pair = readonly [key: string, text: string]

/** What becomes of a schema beside its common keywords. */
interface Shape {
  readonly head: readonly Pair[]
  readonly extra: readonly Pair[]
  readonly tail: readonly Pair[]
}

/** Schemas within schemas: deeper, one most likely contains itself. */
const DEPTH_MAX = 100
const NULL_SCHEMA = '{"type":"null"}'

/**
 * The JSON schema of a Connect schema. Keywords stand in the order in which Confluent's converter
 * writes them, which follows Java's hash maps: so a registry finds what a Java worker registered.
 *
 * @throws ConnectError DATA_INVALID for a schema that contains itself without saying so.
 */
export function jsonSchemaText(
  schema: Schema,
  options: JsonSchemaOptions,
  writers: ValueWriters,
): string {
  return new SchemaPrinter(options, writers).of(schema, null, false)
}

class SchemaPrinter {
  readonly #options: JsonSchemaOptions
  readonly #writers: ValueWriters
  readonly #ids = new Set<string>()
  #depth = 0

  constructor(options: JsonSchemaOptions, writers: ValueWriters) {
    this.#options = options
    this.#writers = writers
  }

  /**
   * @param index Position in the struct or map around it; null where there is none.
   * @param required Whether null is left to what is around it.
   */
  of(schema: Schema, index: number | null, required: boolean): string {
    if (++this.#depth > DEPTH_MAX) {
      throw new ConnectError(
        `Schema ${schema.name} is nested deeper than ${DEPTH_MAX} levels, or contains itself, which only schemas that were read from JSON Schema can say`,
        { code: 'DATA_INVALID' },
      )
    }
    const text = this.#print(schema, index, required)
    this.#depth--
    return text
  }

  #print(schema: Schema, index: number | null, required: boolean): string {
    const place: Pair[] = index === null ? [] : [[CONNECT_INDEX, String(index)]]
    const isNullable = schema.optional && !required
    if (isUnion(schema)) {
      const members = schema.fields.map((field) => this.of(field.schema, field.index, true))
      return choice(schema.optional ? [NULL_SCHEMA, ...members] : members, place)
    }
    if (!isNullable) return this.#present(schema, place)
    return choice([NULL_SCHEMA, this.#present(schema, [])], place)
  }

  #present(schema: Schema, place: readonly Pair[]): string {
    const id = schema.parameters?.get(ID_PARAMETER) ?? null
    if (id !== null) this.#ids.add(id)
    const { head, extra, tail } = this.#shape(schema)
    const common: Pair[] = []
    if (schema.name !== null) common.push(['title', quoted(schema.name)])
    if (schema.doc !== null) common.push(['description', quoted(schema.doc)])
    const defaultText = this.#default(schema)
    if (defaultText !== null) common.push(['default', defaultText])
    if (id !== null) common.push(['$id', quoted(id)])
    const own = [...extra, ...connectPairs(schema), ...place]
    return object([...head, ...common, ...copiedHashOrder(own, keyOf), ...tail])
  }

  #shape(schema: Schema): Shape {
    switch (schema.type) {
      case 'ARRAY':
        return { ...typed('array'), tail: [['items', this.#part(schema.valueSchema)]] }
      case 'MAP':
        return this.#map(schema)
      case 'STRUCT':
        return this.#struct(schema)
      case 'STRING':
        return stringShape(schema, this.#options.generalizedSumTypes)
      case 'BOOLEAN':
        return { head: [], extra: [], tail: [['type', '"boolean"']] }
      case 'BYTES': {
        const isNumeric = schema.name === DECIMAL_NAME && this.#options.decimalFormat === 'NUMERIC'
        return typed(isNumeric ? 'number' : 'string', 'bytes')
      }
      case 'FLOAT32':
      case 'FLOAT64':
        return typed('number', schema.type.toLowerCase())
      default:
        return typed('integer', schema.type.toLowerCase())
    }
  }

  #map(schema: Schema): Shape {
    const { keySchema, valueSchema } = schema
    if (isNamedMap(schema)) {
      const values: Pair = ['additionalProperties', this.#part(valueSchema)]
      return { ...typed('object', 'map'), tail: [values] }
    }
    const properties: Pair[] = [
      [KEY_FIELD, this.#part(keySchema, 0)],
      [VALUE_FIELD, this.#part(valueSchema, 1)],
    ]
    const entry = object([
      ['type', '"object"'],
      ['properties', orderedObject(properties)],
    ])
    return { ...typed('array', 'map'), tail: [['items', entry]] }
  }

  #struct(schema: Schema): Shape {
    const properties = schema.fields.map(
      ({ name, index, schema: field }): Pair => [name, this.#part(field, index)],
    )
    const isOpen = this.#options.allowAdditionalProperties
    return {
      head: [['type', '"object"'], ...(isOpen ? [] : [['additionalProperties', 'false'] as const])],
      extra: [],
      tail: properties.length === 0 ? [] : [['properties', orderedObject(properties)]],
    }
  }

  #part(schema: Schema | null, index: number | null = null): string {
    if (schema === null) {
      throw new ConnectError('An array or map without schemas has no JSON schema', {
        code: 'DATA_INVALID',
      })
    }
    const id = schema.parameters?.get(ID_PARAMETER)
    if (id !== undefined && this.#ids.has(id)) return object([['$ref', quoted(id)]])
    return this.of(schema, index, false)
  }

  #default(schema: Schema): string | null {
    const { defaultValue, type } = schema
    if (defaultValue === null) return null
    if (type === 'FLOAT32' || type === 'FLOAT64') return JSON.stringify(Number(defaultValue))
    const out = new ByteWriter()
    this.#writers.of(schema)(out, defaultValue)
    return out.bytes.toString('utf8', 0, out.length)
  }
}

function typed(type: string, connectType: string | null = null): Shape {
  const extra: Pair[] = connectType === null ? [] : [[CONNECT_TYPE, quoted(connectType)]]
  return { head: [['type', quoted(type)]], extra, tail: [] }
}

function stringShape(schema: Schema, generalized: boolean): Shape {
  const symbols = symbolsOf(schema, generalized)
  if (symbols === null) return typed('string')
  const ordered = hashOrder(symbols, (symbol) => (symbol === NULL_SYMBOL ? '' : symbol))
  const values = ordered.map((symbol) => (symbol === NULL_SYMBOL ? 'null' : quoted(symbol)))
  return { head: [['enum', `[${values.join(',')}]`]], extra: [], tail: [] }
}

function connectPairs(schema: Schema): Pair[] {
  const pairs: Pair[] = []
  if (schema.version !== null) pairs.push([CONNECT_VERSION, String(schema.version)])
  const parameters = [...(schema.parameters ?? [])].filter(([key]) => !key.startsWith(NAMESPACE))
  if (parameters.length === 0) return pairs
  const texts = parameters.map(([key, value]): Pair => [key, quoted(value)])
  const ordered = hashOrder(hashOrder(texts, keyOf), keyOf, bucketsOfSized(texts.length))
  return [...pairs, [CONNECT_PARAMETERS, object(ordered)]]
}

/** Buckets of a map that was made for so many entries, and then filled with them. */
function bucketsOfSized(size: number): number {
  const buckets = 2 ** Math.ceil(Math.log2(size))
  return size > Math.floor(buckets * 0.75) ? buckets * 2 : buckets
}

/** One of several schemas. */
function choice(schemas: readonly string[], place: readonly Pair[]): string {
  return object([...place, ['oneOf', `[${schemas.join(',')}]`]])
}

function keyOf([key]: Pair): string {
  return key
}

function orderedObject(pairs: readonly Pair[]): string {
  return object(hashOrder(pairs, keyOf))
}

function object(pairs: readonly Pair[]): string {
  return `{${pairs.map(([key, text]) => `${quoted(key)}:${text}`).join(',')}}`
}
