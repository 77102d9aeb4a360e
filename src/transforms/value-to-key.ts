import {
  ConnectError,
  type ConnectValue,
  defineConfig,
  defineTransformation,
  distinctList,
  millraceVersion,
  SchemaBuilder,
  Struct,
} from '../sdk/index.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema } from './schema-update.ts'
import { define, fieldOfMap } from './schemaless-map.ts'

const PURPOSE = 'copying fields from value to key'

/** Makes a new key of fields of the value. */
export const valueToKey = defineTransformation({
  class: 'org.apache.kafka.connect.transforms.ValueToKey',
  version: millraceVersion,
  config: defineConfig({
    fields: {
      type: 'list',
      importance: 'high',
      validator: distinctList({ emptyAllowed: false }),
      doc: 'Fields of the value that make up the key.',
    },
    ...replaceNullWithDefault,
  }),
  create(config) {
    const names = config.fields
    const readField = fieldReader(config)
    const keyPlan = oncePerSchema((schema) => {
      const fields = names.map((name) => {
        const field = schema.field(name)
        if (field !== null) return field
        throw new ConnectError(`Field does not exist: ${name}`, { code: 'DATA_INVALID' })
      })
      const builder = SchemaBuilder.struct()
      for (const field of fields) builder.field(field.name, field.schema)
      return { fields, schema: builder.build() }
    })
    return (record) => {
      const { value, valueSchema } = record
      if (valueSchema === null) {
        const map = requireMap(value, PURPOSE)
        const key: { [name: string]: ConnectValue } = {}
        for (const name of names) define(key, name, fieldOfMap(map, name) ?? null)
        return record.with({ keySchema: null, key })
      }
      const struct = requireStruct(value, valueSchema, PURPOSE)
      const { fields, schema } = keyPlan(struct.schema)
      const key = new Struct(schema)
      for (const field of fields) key.put(field.name, readField(struct, field))
      return record.with({ keySchema: schema, key })
    }
  },
})
