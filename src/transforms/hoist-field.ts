import { defineConfig, SchemaBuilder, Struct } from '../sdk/index.ts'
import { oncePerSchema } from './schema-update.ts'
import { defineTargeted } from './target.ts'

/** Wraps the whole key or value: it becomes the only field of a struct or object. */
export const hoistField = defineTargeted({
  name: 'HoistField',
  config: defineConfig({
    field: {
      type: 'string',
      importance: 'medium',
      doc: 'Name of the field that holds the value from then on.',
    },
  }),
  create({ field }, target) {
    const hoisted = oncePerSchema((schema) => SchemaBuilder.struct().field(field, schema).build())
    return (record) => {
      const schema = target.schemaOf(record)
      const value = target.valueOf(record)
      if (schema === null) return target.with(record, null, { [field]: value })
      const outer = hoisted(schema)
      return target.with(record, outer, new Struct(outer).put(field, value))
    }
  },
})
