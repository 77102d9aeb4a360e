import {
  type ByteWriter,
  ConnectError,
  type ConnectValue,
  DATE_NAME,
  DECIMAL_NAME,
  Decimal,
  encodeDate,
  encodeDecimal,
  encodeTime,
  encodeTimestamp,
  javaClassOf,
  type Schema,
  type SchemaType,
  Struct,
  schemaTypeOf,
  TIME_NAME,
  TIMESTAMP_NAME,
} from '../sdk/index.ts'
import { JsonLead } from './json-lead.ts'
import { writeDouble, writeFloat, writeInteger } from './json-number-text.ts'
import { mismatchingSchema, SchemalessJsonWriter } from './json-schemaless-write.ts'
import {
  quoted,
  writeAscii,
  writeBase64,
  writeBoolean,
  writeNull,
  writeString,
} from './json-text.ts'

export interface JsonWriteOptions {
  readonly decimalFormat: 'BASE64' | 'NUMERIC'
  /** Null is written as the schema's default. */
  readonly replaceNullWithDefault: boolean
}

/** Appends a value of one schema as JSON. */
export type JsonWriter = (out: ByteWriter, value: ConnectValue) => void

/** Writers made once for each schema object. */
export class JsonWriters {
  readonly #options: JsonWriteOptions
  readonly #writers = new WeakMap<Schema, JsonWriter>()
  readonly #schemaless: JsonWriter
  #lastSchema: Schema | null = null
  #lastWriter: JsonWriter

  constructor(options: JsonWriteOptions) {
    this.#options = options
    const schemaless = new SchemalessJsonWriter()
    this.#schemaless = (out, value) => schemaless.write(out, value)
    this.#lastWriter = this.#schemaless
  }

  of(schema: Schema | null): JsonWriter {
    if (schema === this.#lastSchema) return this.#lastWriter
    if (schema === null) return this.#schemaless
    const writer = this.#writers.get(schema) ?? this.#nullable(schema, this.#ofPresent(schema))
    this.#writers.set(schema, writer)
    this.#lastSchema = schema
    this.#lastWriter = writer
    return writer
  }

  #nullable(schema: Schema, write: JsonWriter): JsonWriter {
    const { defaultValue, optional } = schema
    const replacement = this.#options.replaceNullWithDefault ? defaultValue : null
    return (out, value) => {
      const written = value ?? replacement
      if (written !== null) return write(out, written)
      if (!optional) {
        throw invalid(
          'Conversion error: null value for field that is required and has no default value',
        )
      }
      writeNull(out)
    }
  }

  #ofPresent(schema: Schema): JsonWriter {
    const logical = this.#logical(schema)
    if (logical !== null) return logical
    switch (schema.type) {
      case 'ARRAY':
        return this.#list(schema)
      case 'MAP':
        return this.#map(schema)
      case 'STRUCT':
        return this.#struct(schema)
      default:
        return primitive(schema.type)
    }
  }

  #logical(schema: Schema): JsonWriter | null {
    switch (schema.name) {
      case DECIMAL_NAME:
        return this.#decimal(schema)
      case DATE_NAME:
        return dateWriter(schema, 'Date', (date) => encodeDate(schema, date))
      case TIME_NAME:
        return dateWriter(schema, 'Time', (date) => encodeTime(schema, date))
      case TIMESTAMP_NAME:
        return dateWriter(schema, 'Timestamp', (date) => encodeTimestamp(schema, date))
      default:
        return null
    }
  }

  #decimal(schema: Schema): JsonWriter {
    const isNumeric = this.#options.decimalFormat === 'NUMERIC'
    return (out, value) => {
      if (!(value instanceof Decimal)) {
        const javaClass = javaClassOf(value, schema.type)
        throw invalid(`Invalid type for Decimal, expected BigDecimal but was class ${javaClass}`)
      }
      if (isNumeric) writeAscii(out, String(value))
      else writeBase64(out, encodeDecimal(schema, value))
    }
  }

  #list(schema: Schema): JsonWriter {
    const write = this.of(schema.valueSchema)
    return (out, value) => {
      if (!Array.isArray(value)) throw mismatch('ARRAY', value)
      writeSequence(out, '[', value, (element) => write(out, element))
      writeAscii(out, ']')
    }
  }

  /** An object when the keys are strings, else a list of pairs. */
  #map(schema: Schema): JsonWriter {
    const writeKey = this.of(schema.keySchema)
    const writeValue = this.of(schema.valueSchema)
    const { keySchema } = schema
    const hasNames = keySchema?.type === 'STRING'
    const nameOfNull = hasNames ? this.#nameOfNull(keySchema) : null
    const entry = (out: ByteWriter, [key, value]: readonly [ConnectValue, ConnectValue]) => {
      if (!hasNames) writeAscii(out, '[')
      writeKey(out, key)
      writeAscii(out, hasNames ? ':' : ',')
      writeValue(out, value)
      if (!hasNames) writeAscii(out, ']')
    }
    return (out, value) => {
      if (!(value instanceof Map)) throw mismatch('MAP', value)
      const map = nameOfNull !== null && value.has(null) ? withName(value, nameOfNull) : value
      writeSequence(out, hasNames ? '{' : '[', map, (each) => entry(out, each))
      writeAscii(out, hasNames ? '}' : ']')
    }
  }

  /** What stands for the key null, where it may be one. */
  #nameOfNull(schema: Schema): ConnectValue {
    const replacement = this.#options.replaceNullWithDefault ? schema.defaultValue : null
    return replacement ?? (schema.optional ? 'null' : null)
  }

  #struct(schema: Schema): JsonWriter {
    const fields = schema.fields.map((field, index) => ({
      lead: new JsonLead(Buffer.from(`${index === 0 ? '{' : ','}${quoted(field.name)}:`)),
      write: this.of(field.schema),
    }))
    return (out, value) => {
      if (!(value instanceof Struct)) throw mismatch('STRUCT', value)
      if (value.schema !== schema && !value.schema.equals(schema)) throw mismatchingSchema()
      for (let index = 0; index < fields.length; index++) {
        const { lead, write } = fields[index] as (typeof fields)[number]
        lead.appendTo(out)
        write(out, value.values[index] ?? null)
      }
      writeAscii(out, fields.length === 0 ? '{}' : '}')
    }
  }
}

/** With `name` for the key null; of two entries that then have the same key, the later one counts. */
function withName(map: ReadonlyMap<ConnectValue, ConnectValue>, name: ConnectValue) {
  return new Map(Array.from(map, ([key, value]) => [key ?? name, value]))
}

function writeSequence<T>(
  out: ByteWriter,
  start: string,
  elements: Iterable<T>,
  write: (element: T) => void,
): void {
  let separator = start
  for (const element of elements) {
    writeAscii(out, separator)
    separator = ','
    write(element)
  }
  if (separator === start) writeAscii(out, start)
}

function primitive(type: Exclude<SchemaType, 'ARRAY' | 'MAP' | 'STRUCT'>): JsonWriter {
  const write = primitiveWriters[type]
  return (out, value) => {
    if (schemaTypeOf(value, type) !== type) throw mismatch(type, value)
    write(out, value)
  }
}

const writeSafeInteger: JsonWriter = (out, value) => writeInteger(out, Number(value))

const primitiveWriters = {
  INT8: writeSafeInteger,
  INT16: writeSafeInteger,
  INT32: writeSafeInteger,
  INT64: (out, value) => writeAscii(out, String(value)),
  FLOAT32: (out, value) => writeFloat(out, Number(value)),
  FLOAT64: (out, value) => writeDouble(out, Number(value)),
  BOOLEAN: (out, value) => writeBoolean(out, value as boolean),
  STRING: (out, value) => writeString(out, value as string),
  BYTES: (out, value) => writeBase64(out, value as Uint8Array),
} satisfies Record<Exclude<SchemaType, 'ARRAY' | 'MAP' | 'STRUCT'>, JsonWriter>

function dateWriter(
  { type }: Schema,
  what: string,
  encode: (date: Date) => number | bigint,
): JsonWriter {
  return (out, value) => {
    if (!(value instanceof Date)) {
      const javaClass = javaClassOf(value, type)
      throw invalid(`Invalid type for ${what}, expected Date but was class ${javaClass}`)
    }
    writeAscii(out, String(encode(value)))
  }
}

function mismatch(type: SchemaType, value: ConnectValue): ConnectError {
  const what = type === 'BYTES' ? 'bytes type' : type
  return invalid(`Invalid type for ${what}: class ${javaClassOf(value, type)}`)
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
