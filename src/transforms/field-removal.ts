import { type Field, isConnectObject, type Schema } from '../sdk/index.ts'
import type { FieldTree } from './field-tree.ts'
import { type MapUpdate, updatedWithin } from './map-update.ts'
import type { FieldReader } from './null-default.ts'
import { objectRenaming } from './object-renaming.ts'
import { nestedLike, structLike } from './schema-update.ts'
import { withoutFields } from './schemaless-map.ts'
import { nestedUpdate, type StructUpdate } from './struct-update.ts'

/** The update that leaves out the fields of a tree. */
export function withoutFieldsOf(
  schema: Schema,
  { leaves, inner }: FieldTree<unknown>,
  readField: FieldReader,
  builder = structLike(schema),
): StructUpdate {
  const kept = schema.fields.filter(({ name }) => !leaves.has(name))
  const changes = kept.map((field) => {
    const level = inner.get(field.name)
    if (level === undefined || field.schema.type !== 'STRUCT') {
      builder.field(field.name, field.schema)
      return null
    }
    const within = withoutFieldsOf(field.schema, level, readField, nestedLike(field.schema))
    const changed = nestedUpdate(field.schema, within, readField)
    builder.field(field.name, changed.schema)
    return changed.value
  })
  const result = builder.build()
  const fields = kept.map((from, index) => ({
    from,
    to: result.fields[index] as Field,
    change: changes[index] ?? null,
  }))
  return { schema: result, fields }
}

/** The same for values without schema. */
export function mapRemoval({ leaves, inner }: FieldTree<unknown>): MapUpdate {
  const names = new Set(leaves.keys())
  const removeFromObject = objectRenaming((name) => (names.has(name) ? null : name))
  const removeLeaves: MapUpdate = (map) =>
    isConnectObject(map) ? removeFromObject(map) : withoutFields(map, names)
  if (inner.size === 0) return removeLeaves
  const updates = Array.from(inner, ([name, level]) => ({ name, update: mapRemoval(level) }))
  return (map) => removeLeaves(updatedWithin(map, updates))
}
