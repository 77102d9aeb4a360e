import {
  ConnectError,
  type ConnectRecord,
  defineConfig,
  distinctList,
  type SpecValues,
  type Transformation,
  validator,
} from '../sdk/index.ts'
import { mapReplacement, type Replacements, replacedFields } from './field-replacement.ts'
import { hasNestedSyntax, unlistedFieldSyntaxVersion } from './field-syntax.ts'
import { fieldTree } from './field-tree.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema, structLike } from './schema-update.ts'
import { updatedStruct } from './struct-update.ts'
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
  ...unlistedFieldSyntaxVersion,
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
  const isNested = hasNestedSyntax(values)
  const paths = (list: readonly string[]) => {
    return fieldTree(
      list.map((path) => [path, null]),
      isNested,
    )
  }
  const top: Replacements = {
    exclude: paths(values.exclude),
    include: values.include.length === 0 ? null : paths(values.include),
    renames: fieldTree(renamesOf(values.renames), isNested),
  }
  const readField = fieldReader(values)
  const updateMap = mapReplacement(top)
  const updateOf = oncePerSchema((schema) => {
    return replacedFields(schema, top, readField, structLike(schema))
  })

  return <R extends ConnectRecord>(record: R): R => {
    const value = target.valueOf(record)
    if (value === null) return record
    const schema = target.schemaOf(record)
    if (schema === null) {
      return target.with(record, null, updateMap(requireMap(value, PURPOSE)))
    }
    const struct = requireStruct(value, schema, PURPOSE)
    const update = updateOf(struct.schema)
    return target.with(record, update.schema, updatedStruct(struct, update, readField))
  }
}
