import { ConnectError, defineConfig } from '../sdk/index.ts'
import { FieldPath } from './field-path.ts'
import { fieldSyntaxVersion, hasNestedSyntax } from './field-syntax.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema } from './schema-update.ts'
import { defineTargeted } from './target.ts'

const PURPOSE = 'field extraction'

/** Puts one field in place of the whole key or value. */
export const extractField = defineTargeted({
  name: 'ExtractField',
  config: defineConfig({
    field: {
      type: 'string',
      importance: 'medium',
      doc: 'Field to extract; with field.syntax.version V2 a path such as a.b or `a.b`.c.',
    },
    ...replaceNullWithDefault,
    ...fieldSyntaxVersion,
  }),
  create(config, target) {
    const path = new FieldPath(config.field, hasNestedSyntax(config))
    const readField = fieldReader(config)
    const extracted = oncePerSchema((schema) => path.fieldOf(schema))
    return (record) => {
      const schema = target.schemaOf(record)
      const value = target.valueOf(record)
      if (schema === null) {
        const inner = value === null ? null : path.valueOfMap(requireMap(value, PURPOSE))
        return target.with(record, null, inner)
      }
      const struct = value === null ? null : requireStruct(value, schema, PURPOSE)
      const field = extracted(schema)
      if (field === null) {
        throw new ConnectError(`Unknown field: ${config.field}`, { code: 'ILLEGAL_ARGUMENT' })
      }
      const inner = struct === null ? null : path.valueOfStruct(struct, readField)
      return target.with(record, field.schema, inner)
    }
  },
})
