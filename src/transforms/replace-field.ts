import {
  ConnectError,
  type ConnectRecord,
  defineConfig,
  distinctList,
  type SpecValues,
  Struct,
  type Transformation,
  validator,
} from '../sdk/index.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { fieldIn, requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema, structLike } from './schema-update.ts'
import { mapNames } from './schemaless-map.ts'
import { defineTargeted, type Target } from './target.ts'

const PURPOSE = 'field replacement'

const config = defineConfig({
  exclude: {
    type: 'list',
    default: [],
    importance: 'medium',
    validator: distinctList(),
    doc: 'Fields that go, also when they are under include.',
  },
  include: {
    type: 'list',
    default: [],
    importance: 'medium',
    validator: distinctList(),
    doc: 'Fields that stay; all when empty.',
  },
  renames: {
    type: 'list',
    default: [],
    importance: 'medium',
    validator: validator('pairs of old and new name with a colon between', (_, value) => {
      renamesOf((value ?? []) as readonly string[])
    }),
    doc: 'New names of fields, as old:new,old:new.',
  },
  ...replaceNullWithDefault,
})

/** Leaves out or renames fields. */
export const replaceField = defineTargeted({
  name: 'ReplaceField',
  config,
  create: createReplaceField,
})

function renamesOf(mappings: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    mappings.map((mapping) => {
      const [from = '', to = '', ...more] = mapping.replace(/:+$/, '').split(':')
      if (more.length === 0 && mapping.replace(/:+$/, '').includes(':')) return [from, to]
      throw new ConnectError(
        `Invalid value [${mappings.join(', ')}] for configuration renames: Invalid rename mapping: ${mapping}`,
        { code: 'CONFIG_INVALID' },
      )
    }),
  )
}

function createReplaceField(
  values: SpecValues<typeof config.keys>,
  target: Target,
): Transformation {
  const exclude = new Set(values.exclude)
  const include = new Set(values.include)
  const renames = renamesOf(values.renames)
  const readField = fieldReader(values)

  /** null for a field that goes. */
  function nameOf(name: string): string | null {
    if (exclude.has(name) || (include.size > 0 && !include.has(name))) return null
    return renames.get(name) ?? name
  }

  const originals = new Map(Array.from(renames, ([from, to]) => [to, from]))
  const plan = oncePerSchema((schema) => {
    const builder = structLike(schema)
    for (const field of schema.fields) {
      const name = nameOf(field.name)
      if (name !== null) builder.field(name, field.schema)
    }
    const result = builder.build()
    // The reference goes by the new name alone, also where a field had it before.
    const sources = result.fields.map(({ name }) => originals.get(name) ?? name)
    return { schema: result, sources }
  })

  function replaceIn(struct: Struct): Struct {
    const { schema, sources } = plan(struct.schema)
    const result = new Struct(schema)
    for (const field of schema.fields) {
      const source = fieldIn(struct, sources[field.index] ?? field.name)
      result.put(field, readField(struct, source))
    }
    return result
  }

  return <R extends ConnectRecord>(record: R): R => {
    const value = target.valueOf(record)
    if (value === null) return record
    const schema = target.schemaOf(record)
    if (schema === null)
      return target.with(
        record,
        null,
        mapNames(requireMap(value, PURPOSE), nameOf, include.size === 0),
      )
    const result = replaceIn(requireStruct(value, schema, PURPOSE))
    return target.with(record, result.schema, result)
  }
}
