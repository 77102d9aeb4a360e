import {
  type ByteWriter,
  ConnectError,
  type ConnectValue,
  DECIMAL_NAME,
  javaClassOf,
  type Schema,
  Struct,
} from '../../sdk/index.ts'
import { JsonWriters } from '../json-schema-write.ts'
import { quoted, writeAscii } from '../json-text.ts'
import type { JsonSchemaOptions } from './json-schema-options.ts'
import { KEY_FIELD, VALUE_FIELD } from './names.ts'
import { isNamedMap, isUnion } from './schema-kinds.ts'

/**
 * Appends a value of one schema as JSON.
 * @returns false where a null has no form, and nothing was written.
 */
type JsonValueWriter = (out: ByteWriter, value: ConnectValue) => boolean
/** Appends a value that is not null. */
type PresentWriter = (out: ByteWriter, value: ConnectValue) => void

const NULL = Buffer.from('null')

/** Writers made once for each schema object. */
export class ValueWriters {
  readonly #options: JsonSchemaOptions
  readonly #simple: JsonWriters
  readonly #writers = new WeakMap<Schema, JsonValueWriter>()

  constructor(options: JsonSchemaOptions) {
    this.#options = options
    const { decimalFormat } = options
    this.#simple = new JsonWriters({ decimalFormat, replaceNullWithDefault: false })
  }

  of(schema: Schema): JsonValueWriter {
    const known = this.#writers.get(schema)
    if (known !== undefined) return known
    // A struct that contains itself finds its writer here while its fields are compiled.
    let write: PresentWriter | null = null
    const { optional, defaultValue } = schema
    const replacement = this.#options.ignoreDefaults ? null : defaultValue
    const writer: JsonValueWriter = (out, value) => {
      const written = value ?? replacement
      if (written !== null) (write as PresentWriter)(out, written)
      else if (optional) out.writeBytes(NULL)
      else return false
      return true
    }
    this.#writers.set(schema, writer)
    write = this.#ofPresent(schema)
    return writer
  }

  #ofPresent(schema: Schema): PresentWriter {
    if (schema.name === DECIMAL_NAME) return this.#simple.of(schema)
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

  #element(schema: Schema | null, what: string): PresentWriter {
    if (schema === null) throw invalid(`${what} have no schema`)
    const write = this.of(schema)
    return (out, value) => {
      if (!write(out, value)) out.writeBytes(NULL)
    }
  }

  #list(schema: Schema): PresentWriter {
    const writeElement = this.#element(schema.valueSchema, 'The elements of an array')
    return (out, value) => {
      if (!Array.isArray(value)) throw mismatch(schema, value)
      let separator = '['
      for (const element of value as readonly ConnectValue[]) {
        writeAscii(out, separator)
        separator = ','
        writeElement(out, element)
      }
      writeAscii(out, separator === '[' ? '[]' : ']')
    }
  }

  #object(schema: Schema): PresentWriter {
    const writeKey = this.#element(schema.keySchema, 'The keys of a map')
    const writeValue = this.#element(schema.valueSchema, 'The values of a map')
    return (out, value) => {
      if (!(value instanceof Map)) throw mismatch(schema, value)
      let separator = '{'
      for (const [key, each] of value as ReadonlyMap<ConnectValue, ConnectValue>) {
        writeAscii(out, separator)
        separator = ','
        writeKey(out, key)
        writeAscii(out, ':')
        writeValue(out, each)
      }
      writeAscii(out, separator === '{' ? '{}' : '}')
    }
  }

  #entries(schema: Schema): PresentWriter {
    const writeKey = this.#element(schema.keySchema, 'The keys of a map')
    const writeValue = this.#element(schema.valueSchema, 'The values of a map')
    return (out, value) => {
      if (!(value instanceof Map)) throw mismatch(schema, value)
      let separator = '['
      for (const [key, each] of value as ReadonlyMap<ConnectValue, ConnectValue>) {
        writeAscii(out, `${separator}{"${KEY_FIELD}":`)
        separator = ','
        writeKey(out, key)
        writeAscii(out, `,"${VALUE_FIELD}":`)
        writeValue(out, each)
        writeAscii(out, '}')
      }
      writeAscii(out, separator === '[' ? '[]' : ']')
    }
  }

  /** The first field that is set, without the struct around it. */
  #union(schema: Schema): PresentWriter {
    const members = schema.fields.map((field) => this.of(field.schema))
    const writeNone = this.of(schema)
    return (out, value) => {
      const { values } = structOf(schema, value)
      const chosen = values.findIndex((each) => each !== null)
      if (chosen === -1) writeNone(out, null)
      else members[chosen]?.(out, values[chosen] as ConnectValue)
    }
  }

  #struct(schema: Schema): PresentWriter {
    const fields = schema.fields.map((field) => ({
      prefix: Buffer.from(`,${quoted(field.name)}:`),
      write: this.of(field.schema),
    }))
    return (out, value) => {
      const { values } = structOf(schema, value)
      const start = out.length
      for (let index = 0; index < fields.length; index++) {
        const { prefix, write } = fields[index] as (typeof fields)[number]
        const before = out.length
        out.writeBytes(prefix)
        // A null without a form: the property is left out.
        if (!write(out, values[index] ?? null)) out.length = before
      }
      if (out.length === start) writeAscii(out, '{}')
      else {
        out.bytes[start] = OBJECT_START
        out.writeByte(OBJECT_END)
      }
    }
  }
}

const OBJECT_START = 0x7b
const OBJECT_END = 0x7d

function structOf(schema: Schema, value: ConnectValue): Struct {
  if (!(value instanceof Struct)) throw mismatch(schema, value)
  if (value.schema !== schema && !value.schema.equals(schema)) throw invalid('Mismatching schema.')
  return value
}

function mismatch({ type }: Schema, value: ConnectValue): ConnectError {
  return invalid(`Invalid type for ${type}: class ${javaClassOf(value, type)}`)
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
