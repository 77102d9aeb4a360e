import {
  ConnectError,
  type ConnectValue,
  connectVersion,
  defineConfig,
  defineTransformation,
  distinctList,
  SchemaBuilder,
  Struct,
} from '../sdk/index.ts'
import { FieldPath, pathSteps } from './field-path.ts'
import { hasNestedSyntax, unlistedFieldSyntaxVersion } from './field-syntax.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema } from './schema-update.ts'
import { define } from './schemaless-map.ts'

const PURPOSE = 'copying fields from value to key'

/** Makes a new key of fields of the value. */
export const valueToKey = defineTransformation({
  class: 'org.apache.kafka.connect.transforms.ValueToKey',
  version: connectVersion,
  config: defineConfig({
    fields: {
      type: 'list',
      importance: 'high',
      validator: distinctList({ emptyAllowed: false }),
      doc: 'Fields of the value that make up the key.',
    },
    ...replaceNullWithDefault,
    ...unlistedFieldSyntaxVersion,
  }),
  create(config) {
    const isNested = hasNestedSyntax(config)
    const parts = keyParts(config.fields, isNested)
    const readField = fieldReader(config)
    const keyPlan = oncePerSchema((schema) => {
      const accesses = parts.map(({ name, path, text }) => {
        const access = path.accessIn(schema, readField)
        if (access !== null) return { name, ...access }
        throw new ConnectError(`Field does not exist: ${text}`, { code: 'DATA_INVALID' })
      })
      const builder = SchemaBuilder.struct()
      for (const { name, field } of accesses) builder.field(name, field.schema)
      return { accesses, schema: builder.build() }
    })
    return (record) => {
      const { value, valueSchema } = record
      if (valueSchema === null) {
        const map = requireMap(value, PURPOSE)
        const key: { [name: string]: ConnectValue } = {}
        for (const { name, path } of parts) define(key, name, path.valueOfMap(map))
        return record.with({ keySchema: null, key })
      }
      const struct = requireStruct(value, valueSchema, PURPOSE)
      const { accesses, schema } = keyPlan(struct.schema)
      const key = new Struct(schema)
      for (const { name, read } of accesses) key.put(name, read(struct))
      return record.with({ keySchema: schema, key })
    }
  },
})

interface KeyPart {
  /** Of the field in the key: the last name of the path. */
  readonly name: string
  readonly path: FieldPath
  readonly text: string
}

/** @throws ConnectError CONFIG_INVALID when two fields of the key would have the same name. */
function keyParts(texts: readonly string[], isNested: boolean): readonly KeyPart[] {
  const parts = texts.map((text) => {
    const name = pathSteps(text, isNested).at(-1) ?? ''
    return { name, path: new FieldPath(text, isNested), text }
  })
  const names = parts.map(({ name }) => name)
  const second = parts.find(({ name }, index) => names.indexOf(name) < index)
  if (second === undefined) return parts
  throw new ConnectError(
    `Invalid value [${texts.join(', ')}] for configuration fields: two of them end in ${second.name}, which can be one field of the key only`,
    { code: 'CONFIG_INVALID' },
  )
}
