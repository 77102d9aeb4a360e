import { ConnectError, defineConfig, Schema, Struct } from '../sdk/index.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { fieldIn, requireSchema } from './requirements.ts'
import { oncePerSchema } from './schema-update.ts'
import { defineTargeted } from './target.ts'

/** Sets name and version of a struct's schema. */
export const setSchemaMetadata = defineTargeted({
  name: 'SetSchemaMetadata',
  config: defineConfig({
    'schema.name': {
      type: 'string',
      default: null,
      importance: 'high',
      doc: 'New name of the schema; the old one stays when not given.',
    },
    'schema.version': {
      type: 'int',
      default: null,
      importance: 'high',
      doc: 'New version of the schema; the old one stays when not given.',
    },
    ...replaceNullWithDefault,
  }),
  create(config, target) {
    const { 'schema.name': name, 'schema.version': version } = config
    if (name === null && version === null) {
      throw new ConnectError('Neither schema name nor version configured', {
        code: 'CONFIG_INVALID',
      })
    }
    const readField = fieldReader(config)
    const renamed = oncePerSchema((schema) => {
      const { type, optional, defaultValue, doc, parameters, fields } = schema
      return new Schema({
        ...{ type, optional, defaultValue, doc, parameters, fields },
        name: name ?? schema.name,
        version: version ?? schema.version,
      })
    })
    return (record) => {
      const value = target.valueOf(record)
      const schema = target.schemaOf(record)
      if (value === null && schema === null) return record
      const updated = renamed(requireSchema(schema, 'updating schema metadata'))
      if (!(value instanceof Struct)) return target.with(record, updated, value)
      const struct = new Struct(updated)
      for (const field of updated.fields)
        struct.put(field, readField(value, fieldIn(value.schema, field.name)))
      return target.with(record, updated, struct)
    }
  },
})
