import { ByteWriter, ConnectError, type Schema } from '../../sdk/index.ts'
import { isObject } from '../json-node.ts'
import type {
  CompleteSchema,
  RegistryFormat,
  ValueReader,
  ValueWriter,
} from '../registry/registry-format.ts'
import { misfit } from './compatibility.ts'
import { jsonSchemaText } from './connect-to-json-schema.ts'
import type { JsonSchemaConfig } from './json-schema-config.ts'
import { type JsonSchemaOptions, jsonSchemaOptions } from './json-schema-options.ts'
import { schemaOfJsonSchema } from './json-schema-to-connect.ts'
import { parseJson } from './json-text.ts'
import { SchemaDocuments } from './schema-documents.ts'
import { jsonValidator } from './validator.ts'
import { ValueReaders } from './value-reader.ts'
import { ValueWriters } from './value-writer.ts'

const DRAFT_7 = 'http://json-schema.org/draft-07/schema#'

/** What the JSON Schema converter adds to the registry's. */
export function jsonSchemaFormat(config: JsonSchemaConfig): RegistryFormat {
  const options = jsonSchemaOptions(config)
  const writers = new ValueWriters(options)
  const texts = new WeakMap<Schema, string>()
  const textOf = (schema: Schema): string => {
    const text = texts.get(schema) ?? jsonSchemaText(schema, options, writers)
    texts.set(schema, text)
    return text
  }
  return {
    language: 'JSON',
    title: 'JSON Schema',
    define(schema) {
      if (schema === null) throw schemaless()
      const text = textOf(schema)
      return { language: 'JSON', text, references: [], record: titleOf(text) }
    },
    // Apicurio takes a schema without a dialect for none; Confluent's converter names none.
    otherText: ({ text }) => text.replace('{', `{"$schema":"${DRAFT_7}",`),
    isTombstone(schema) {
      if (schema === null) return true
      const hasDefault = schema.defaultValue !== null && !options.ignoreDefaults
      return !hasDefault && !schema.optional
    },
    writer(schema, _defined, target) {
      if (schema === null) throw schemaless()
      return valueWriter(schema, target, writers, options)
    },
    incompatibility: (reader, written) => misfit(reader, written),
    recordOf: (stored) => titleOf(stored.text),
    reader: (stored, version, target) =>
      valueReader(target ?? stored, target?.version ?? version, options),
  }
}

function valueWriter(
  schema: Schema,
  target: CompleteSchema,
  writers: ValueWriters,
  options: JsonSchemaOptions,
): ValueWriter {
  const write = writers.of(schema)
  if (!options.validates) {
    return (out, value) => {
      write(out, value)
    }
  }
  const validate = jsonValidator(target, options.ignoreModernDialects)
  const scratch = new ByteWriter()
  return (out, value) => {
    scratch.clear()
    write(scratch, value)
    validate(scratch.bytes.toString('utf8', 0, scratch.length))
    out.writeBytes(scratch.bytes.subarray(0, scratch.length))
  }
}

function valueReader(
  stored: CompleteSchema,
  version: number | null,
  options: JsonSchemaOptions,
): ValueReader {
  const readers = new ValueReaders()
  const documents = new SchemaDocuments(stored)
  const schema = schemaOfJsonSchema(documents, options, readers, version)
  const readNode = readers.of(schema)
  const keeps = hasBytes(schema, new Set()) ? 'fractions' : 'whole'
  const read = (bytes: Buffer, start: number, end: number) => ({
    schema,
    value: readNode(parseJson(bytes, start, end, 'The data', keeps)),
  })
  if (!options.validates) return read
  const validate = jsonValidator(stored, options.ignoreModernDialects)
  return (bytes, start, end) => {
    validate(bytes.toString('utf8', start, end))
    return read(bytes, start, end)
  }
}

/** Whether a schema may have decimals in it, which keep each zero that is written. */
function hasBytes(schema: Schema | null, visited: Set<Schema>): boolean {
  if (schema === null || visited.has(schema)) return false
  visited.add(schema)
  switch (schema.type) {
    case 'STRUCT':
      return schema.fields.some((field) => hasBytes(field.schema, visited))
    case 'MAP':
      return hasBytes(schema.keySchema, visited) || hasBytes(schema.valueSchema, visited)
    case 'ARRAY':
      return hasBytes(schema.valueSchema, visited)
    default:
      return schema.type === 'BYTES'
  }
}

function titleOf(text: string): string | null {
  const bytes = Buffer.from(text)
  const node = parseJson(bytes, 0, bytes.length, 'The schema')
  const title = isObject(node) ? node['title'] : null
  return typeof title === 'string' ? title : null
}

function schemaless(): ConnectError {
  return new ConnectError(
    'A value without schema has no JSON schema: use a source or transform that gives a schema, or org.apache.kafka.connect.json.JsonConverter with schemas.enable=false',
    { code: 'DATA_INVALID' },
  )
}
