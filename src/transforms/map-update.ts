import type { ConnectValue } from '../sdk/index.ts'
import type { FieldTree } from './field-tree.ts'
import { requireMap, type SchemalessMap } from './requirements.ts'
import { fieldOfMap, withFields } from './schemaless-map.ts'

/** Changes values of fields in a value without schema; made once for a tree. */
export type MapUpdate = (map: SchemalessMap) => SchemalessMap

/**
 * @param change Gets null for a field that is missing, and sets it. Within a field that is missing
 * or null nothing changes.
 */
export function mapUpdate<T>(
  { leaves, inner }: FieldTree<T>,
  change: (value: ConnectValue, leaf: T) => ConnectValue,
): MapUpdate {
  const changed = Array.from(leaves, ([name, leaf]) => ({ name, leaf }))
  const changeLeaves: MapUpdate = (map) =>
    withFields(map, changed, ({ name, leaf }) => change(fieldOfMap(map, name) ?? null, leaf))
  if (inner.size === 0) return changeLeaves
  const levels = Array.from(inner, ([name, level]) => ({ name, update: mapUpdate(level, change) }))
  return (map) => changeLeaves(updatedWithin(map, levels))
}

interface UpdateWithin {
  readonly name: string
  readonly update: MapUpdate
}

/** A copy with updates within some fields, where those are there. */
export function updatedWithin(map: SchemalessMap, updates: readonly UpdateWithin[]): SchemalessMap {
  return withFields(map, updates, ({ name, update }) => {
    const value = fieldOfMap(map, name) ?? null
    return value === null ? undefined : update(requireMap(value, 'nested field access'))
  })
}
