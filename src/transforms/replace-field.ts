import {
  ConnectError,
  type ConnectRecord,
  defineConfig,
  distinctList,
  type Field,
  type SpecValues,
  Struct,
  type Transformation,
  validator,
} from '../sdk/index.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
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
    validator: validator('list of colon-delimited pairs, e.g. foo:bar,abc:xyz', (_, value) => {
      renamesOf(value as readonly string[])
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

  const plan = oncePerSchema((schema) => {
    const builder = structLike(schema)
    const kept: Field[] = []
    for (const field of schema.fields) {
      const name = nameOf(field.name)
      if (name === null) continue
      builder.field(name, field.schema)
      kept.push(field)
    }
    return { schema: builder.build(), kept }
  })

  function replaceIn(struct: Struct): Struct {
    const { schema, kept } = plan(struct.schema)
    const result = new Struct(schema)
    for (const [index, field] of kept.entries()) {
      result.put(schema.fields[index] as Field, readField(struct, field))
    }
    return result
  }

  return <R extends ConnectRecord>(record: R): R => {
    const value = target.valueOf(record)
    if (value === null) return record
    const schema = target.schemaOf(record)
    if (schema === null)
      return target.with(record, null, mapNames(requireMap(value, PURPOSE), nameOf))
    const result = replaceIn(requireStruct(value, schema, PURPOSE))
    return target.with(record, result.schema, result)
  }
}
