import {
  ByteWriter,
  ConnectError,
  type ConnectValue,
  type Converter,
  type Headers,
  type Schema,
  type SchemaAndValue,
} from '../sdk/index.ts'
import { bufferOf } from './bytes.ts'
import { defineBothConverters } from './converter-config.ts'
import { type JsonConfig, jsonConfig } from './json-config.ts'
import { EnvelopeReader } from './json-envelope.ts'
import { parseNode, schemalessParser } from './json-parse.ts'
import { JsonReaders } from './json-read.ts'
import { schemaOfJson } from './json-schema-read.ts'
import { jsonOfSchema } from './json-schema-text.ts'
import { JsonWriters } from './json-schema-write.ts'

/** JSON, with the schema of each value beside it or without, as `schemas.enable` says. */
export const jsonConverter = defineBothConverters(
  'org.apache.kafka.connect.json.JsonConverter',
  jsonConfig,
  createJsonConverter,
)

/** Writes one form of JSON. @returns false for a tombstone. */
type Write = (out: ByteWriter, schema: Schema | null, value: ConnectValue) => boolean
type Read = (bytes: Buffer, start: number, end: number) => SchemaAndValue

function createJsonConverter(config: JsonConfig): Converter {
  const isNumeric = config['decimal.format'].toUpperCase() === 'NUMERIC'
  const options = {
    decimalFormat: isNumeric ? 'NUMERIC' : 'BASE64',
    replaceNullWithDefault: config['replace.null.with.default'],
  } as const
  const writers = new JsonWriters(options)
  const readers = new JsonReaders(options)
  const givenSchema = schemaOfContent(config['schema.content'], readers)
  if (!config['schemas.enable']) return new JsonConverter(writeBare(writers), readBare())
  const envelopes = new EnvelopeReader(readers, config['schemas.cache.size'])
  const readEnvelope: Read = (bytes, start, end) => envelopes.read(bytes, start, end)
  const read = givenSchema === null ? readEnvelope : readPayload(givenSchema, readers)
  return new JsonConverter(writeEnvelope(writers), read)
}

class JsonConverter implements Converter {
  readonly #write: Write
  readonly #read: Read
  readonly #scratch = new ByteWriter()

  constructor(write: Write, read: Read) {
    this.#write = write
    this.#read = read
  }

  fromConnectData(
    _topic: string,
    _headers: Headers,
    schema: Schema | null,
    value: ConnectValue,
  ): Uint8Array | null {
    this.#scratch.clear()
    if (!this.#write(this.#scratch, schema, value)) return null
    return new Uint8Array(this.#scratch.bytes.subarray(0, this.#scratch.length))
  }

  writeTo(
    out: ByteWriter,
    _topic: string,
    _headers: Headers,
    schema: Schema | null,
    value: ConnectValue,
  ): boolean {
    return this.#write(out, schema, value)
  }

  toConnectData(_topic: string, _headers: Headers, bytes: Uint8Array | null): SchemaAndValue {
    return bytes === null ? nothing : this.#read(bufferOf(bytes), 0, bytes.length)
  }

  readFrom(bytes: Uint8Array, start: number, end: number): SchemaAndValue {
    return this.#read(bufferOf(bytes), start, end)
  }
}

const nothing: SchemaAndValue = { schema: null, value: null }

function writeBare(writers: JsonWriters): Write {
  return (out, schema, value) => {
    if (schema === null && value === null) return false
    writers.of(schema)(out, value)
    return true
  }
}

function readBare(): Read {
  const parse = schemalessParser()
  return (bytes, start, end) =>
    start === end ? nothing : { schema: null, value: parse(bytes, start, end) }
}

const OBJECT_END = 0x7d

function writeEnvelope(writers: JsonWriters): Write {
  const schemaless = envelopeStart('null')
  const prefixes = new WeakMap<Schema, Buffer>()
  let lastSchema: Schema | null = null
  let lastPrefix: Buffer = schemaless
  const prefixOf = (schema: Schema) => {
    if (schema === lastSchema) return lastPrefix
    const prefix = prefixes.get(schema) ?? envelopeStart(jsonOfSchema(schema, writers))
    prefixes.set(schema, prefix)
    lastSchema = schema
    lastPrefix = prefix
    return prefix
  }
  return (out, schema, value) => {
    if (schema === null && value === null) return false
    out.writeBytes(schema === null ? schemaless : prefixOf(schema))
    writers.of(schema)(out, value)
    out.writeByte(OBJECT_END)
    return true
  }
}

function envelopeStart(schema: string): Buffer {
  return Buffer.from(`{"schema":${schema},"payload":`)
}

/** Reads messages that are a payload of a schema known beforehand. */
function readPayload(schema: Schema, readers: JsonReaders): Read {
  const read = readers.of(schema)
  return (bytes, start, end) => ({ schema, value: read(parseNode(bytes, start, end)) })
}

function schemaOfContent(content: string | null, readers: JsonReaders): Schema | null {
  if (content === null || content === '') return null
  return schemaOfJson(contentNode(Buffer.from(content)), readers)
}

function contentNode(content: Buffer) {
  try {
    return parseNode(content, 0, content.length)
  } catch (cause) {
    throw new ConnectError(
      'Failed to parse schema in converter config due to serialization error: ',
      { code: 'DATA_INVALID', cause },
    )
  }
}
