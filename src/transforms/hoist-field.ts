import {
  type ConnectObject,
  type ConnectValue,
  defineConfig,
  type Schema,
  SchemaBuilder,
  Struct,
} from '../sdk/index.ts'
import { pathSteps } from './field-path.ts'
import { hasNestedSyntax, unlistedFieldSyntaxVersion } from './field-syntax.ts'
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
    ...unlistedFieldSyntaxVersion,
  }),
  create(config, target) {
    const outwards = pathSteps(config.field, hasNestedSyntax(config)).toReversed()
    const levelsOf = oncePerSchema((schema) => {
      const levels: Level[] = []
      for (const name of outwards) {
        const inner = levels.at(-1)?.schema ?? schema
        levels.push({ name, schema: SchemaBuilder.struct().field(name, inner).build() })
      }
      return levels
    })
    return (record) => {
      const schema = target.schemaOf(record)
      const value = target.valueOf(record)
      if (schema === null) return target.with(record, null, outwards.reduce(objectAround, value))
      const levels = levelsOf(schema)
      const outer = levels.at(-1)?.schema ?? schema
      return target.with(record, outer, levels.reduce(structAround, value))
    }
  },
})

interface Level {
  readonly name: string
  /** With the field of this name only. */
  readonly schema: Schema
}

function objectAround(value: ConnectValue, name: string): ConnectObject {
  return { [name]: value }
}

function structAround(value: ConnectValue, { name, schema }: Level): Struct {
  return new Struct(schema).put(name, value)
}
