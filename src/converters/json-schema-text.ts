import { ByteWriter, type Schema, type SchemaType } from '../sdk/index.ts'
import type { JsonWriters } from './json-schema-write.ts'
import { quoted } from './json-text.ts'

const typeNames: Readonly<Record<SchemaType, string>> = {
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT32: 'float',
  FLOAT64: 'double',
  BOOLEAN: 'boolean',
  STRING: 'string',
  BYTES: 'bytes',
  ARRAY: 'array',
  MAP: 'map',
  STRUCT: 'struct',
}

/**
 * The schema as JSON, keys in the order of the reference.
 * @param field Name of the field that has this schema, within a struct.
 */
export function jsonOfSchema(
  schema: Schema | null,
  writers: JsonWriters,
  field: string | null = null,
): string {
  if (schema === null) return 'null'
  const entries = [
    ['type', quoted(typeNames[schema.type])],
    ...partsOf(schema, writers),
    ['optional', String(schema.optional)],
    ['name', schema.name === null ? null : quoted(schema.name)],
    ['version', schema.version === null ? null : String(schema.version)],
    ['doc', schema.doc === null ? null : quoted(schema.doc)],
    ['parameters', schema.parameters === null ? null : parametersText(schema.parameters)],
    ['default', schema.defaultValue === null ? null : defaultText(schema, writers)],
    ['field', field === null ? null : quoted(field)],
  ] as const
  const texts = entries.flatMap(([key, text]) => (text === null ? [] : [`"${key}":${text}`]))
  return `{${texts.join(',')}}`
}

function partsOf(schema: Schema, writers: JsonWriters): ReadonlyArray<readonly [string, string]> {
  switch (schema.type) {
    case 'ARRAY':
      return [['items', jsonOfSchema(schema.valueSchema, writers)]]
    case 'MAP':
      return [
        ['keys', jsonOfSchema(schema.keySchema, writers)],
        ['values', jsonOfSchema(schema.valueSchema, writers)],
      ]
    case 'STRUCT': {
      const fields = schema.fields.map(({ name, schema }) => jsonOfSchema(schema, writers, name))
      return [['fields', `[${fields.join(',')}]`]]
    }
    default:
      return []
  }
}

function parametersText(parameters: ReadonlyMap<string, string>): string {
  const texts = Array.from(parameters, ([key, value]) => `${quoted(key)}:${quoted(value)}`)
  return `{${texts.join(',')}}`
}

function defaultText(schema: Schema, writers: JsonWriters): string {
  const out = new ByteWriter(256)
  writers.of(schema)(out, schema.defaultValue)
  return out.bytes.toString('utf8', 0, out.length)
}
