import { isConnectObject, type Schema, type SchemaBuilder } from '../sdk/index.ts'
import type { FieldTree } from './field-tree.ts'
import { type MapUpdate, updatedWithin } from './map-update.ts'
import type { FieldReader } from './null-default.ts'
import { objectRenaming } from './object-renaming.ts'
import { fieldIn } from './requirements.ts'
import { nestedLike } from './schema-update.ts'
import { mapNames } from './schemaless-map.ts'
import { nestedUpdate, type StructUpdate } from './struct-update.ts'

/** What goes, stays and gets other names on one level. */
export interface Replacements {
  readonly exclude: FieldTree<unknown>
  /** null where all stay. */
  readonly include: FieldTree<unknown> | null
  readonly renames: FieldTree<string>
}

const nothing: FieldTree<never> = { leaves: new Map<string, never>(), inner: new Map() }

/** Finds the new name of a field; null for one that goes. */
type NameFinder = (name: string) => string | null

function nameFinder({ exclude, include, renames }: Replacements): NameFinder {
  const stays = include === null ? [] : [...include.leaves.keys(), ...include.inner.keys()]
  // The reference asks in this order: later ones win here.
  const names = new Map<string, string | null>(stays.map((name) => [name, name]))
  for (const [from, to] of renames.leaves) {
    if (include === null || names.has(from)) names.set(from, to)
  }
  for (const name of exclude.leaves.keys()) names.set(name, null)
  const isKept = include === null
  return (name) => {
    const known = names.get(name)
    if (known !== undefined) return known
    return isKept ? name : null
  }
}

/** What happens within a field; null where that is nothing. */
function levelWithin(level: Replacements, name: string): Replacements | null {
  const exclude = level.exclude.inner.get(name)
  const renames = level.renames.inner.get(name)
  const isWhole = level.include === null || level.include.leaves.has(name)
  const include = isWhole ? null : (level.include?.inner.get(name) ?? null)
  if (exclude === undefined && renames === undefined && include === null) return null
  return { exclude: exclude ?? nothing, include, renames: renames ?? nothing }
}

export function replacedFields(
  schema: Schema,
  level: Replacements,
  readField: FieldReader,
  builder: SchemaBuilder,
): StructUpdate {
  const originals = new Map(Array.from(level.renames.leaves, ([from, to]) => [to, from]))
  const nameOf = nameFinder(level)
  const changes: Array<StructUpdate['fields'][number]['change']> = []
  for (const field of schema.fields) {
    const name = nameOf(field.name)
    if (name === null) continue
    const within = levelWithin(level, field.name)
    const changed = within === null ? null : changeWithin(field.schema, within, readField)
    builder.field(name, changed?.schema ?? field.schema)
    changes.push(changed?.value ?? null)
  }
  const result = builder.build()
  const fields = result.fields.map((to, index) => {
    // The reference goes by the new name alone, also where a field had it before.
    const from = fieldIn(schema, originals.get(to.name) ?? to.name)
    return { from, to, change: changes[index] ?? null }
  })
  return { schema: result, fields }
}

function changeWithin(schema: Schema, level: Replacements, readField: FieldReader) {
  if (schema.type !== 'STRUCT') return null
  const update = replacedFields(schema, level, readField, nestedLike(schema))
  return nestedUpdate(schema, update, readField)
}

/** The same for values without schema. */
export function mapReplacement(level: Replacements): MapUpdate {
  const keepsNull = level.include === null
  const nameOf = nameFinder(level)
  const renameObject = objectRenaming(nameOf)
  const rename: MapUpdate = (map) =>
    isConnectObject(map) ? renameObject(map) : mapNames(map, nameOf, keepsNull)
  const inner = [level.exclude, level.include ?? nothing, level.renames].flatMap((tree) => [
    ...tree.inner.keys(),
  ])
  const updates = [...new Set(inner)].flatMap((name) => {
    const within = levelWithin(level, name)
    return within === null ? [] : [{ name, update: mapReplacement(within) }]
  })
  return updates.length === 0 ? rename : (map) => rename(updatedWithin(map, updates))
}
