import { avroNames } from './avro-names.ts'
import {
  type AvroField,
  type AvroRecord,
  type AvroSchema,
  fullNameOf,
  primitive,
} from './avro-schema.ts'

function record(name: string): AvroRecord {
  return {
    type: 'record',
    name,
    namespace: avroNames.namespace,
    doc: null,
    aliases: [],
    fields: [],
    props: new Map(),
  }
}

function field(name: string, schema: AvroSchema, defaultValue?: null): AvroField {
  return { name, schema, doc: null, defaultValue, aliases: [], props: new Map() }
}

function optional(schema: AvroSchema): AvroSchema {
  return { type: 'union', branches: [primitive('null'), schema], props: new Map() }
}

function array(items: AvroSchema): AvroSchema {
  return { type: 'array', items, props: new Map() }
}

/** What a value without schema is written as: a record with one of its fields set. */
export const anythingSchema: AvroRecord = record(avroNames.anything)

/** One field for each type that such a value may have. */
export const anythingFields = [
  'boolean',
  'bytes',
  'double',
  'float',
  'int',
  'long',
  'string',
] as const

const anythingEntry = record(avroNames.mapEntry)
anythingEntry.fields.push(field('key', anythingSchema), field('value', anythingSchema))
anythingSchema.fields.push(
  ...anythingFields.map((type) => field(type, optional(primitive(type)), null)),
  field('array', optional(array(anythingSchema))),
  field('map', optional(array(anythingEntry))),
)

export function isAnything(schema: AvroSchema): boolean {
  return (
    schema.type === 'record' &&
    fullNameOf(schema) === fullNameOf(anythingSchema) &&
    schema.fields.length === anythingSchema.fields.length &&
    schema.fields.every(({ name }, index) => name === anythingSchema.fields[index]?.name)
  )
}
