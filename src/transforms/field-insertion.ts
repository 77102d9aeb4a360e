import {
  ConnectError,
  type ConnectRecord,
  type ConnectValue,
  type Field,
  type Schema,
  SchemaBuilder,
  Struct,
} from '../sdk/index.ts'
import { pathSteps } from './field-path.ts'
import { type FieldTree, fieldTree } from './field-tree.ts'
import type { FieldReader } from './null-default.ts'
import { requireMap, requireStruct, type SchemalessMap } from './requirements.ts'
import { nestedLike } from './schema-update.ts'
import { fieldOfMap, withFields } from './schemaless-map.ts'
import { checked, copied } from './struct-update.ts'

const PURPOSE = 'field insertion'

export interface Insertion {
  /** Name of the field, or its path. */
  readonly name: string
  readonly schema: Schema
  /** undefined when the record has no such value: nothing is inserted. */
  value(record: ConnectRecord): ConnectValue | undefined
  /** The same for a value without schema. */
  schemaless(record: ConnectRecord): ConnectValue | undefined
}

/** An insertion with its name at its place. */
interface Placed extends Insertion {
  /** Among all. */
  readonly order: number
}

/** Several for one field where they contradict each other. */
type Insertions = FieldTree<readonly Placed[]>

export function insertionTree(insertions: readonly Insertion[], isNested: boolean): Insertions {
  const placed = insertions.map((insertion, order) => {
    const name = pathSteps(insertion.name, isNested).at(-1) ?? ''
    return { path: insertion.name, placed: { ...insertion, name, order } }
  })
  const byPath = Map.groupBy(placed, ({ path }) => path)
  return fieldTree(
    Array.from(byPath, ([path, each]) => [path, each.map((one) => one.placed)] as const),
    isNested,
  )
}

function inOrder({ leaves }: Insertions): readonly Placed[] {
  return Array.from(leaves.values())
    .flat()
    .sort((a, b) => a.order - b.order)
}

/** What a struct of one schema becomes: its fields first, in their order, then the new ones. */
export interface Extension {
  readonly schema: Schema
  /** null for a field that stays as it is. */
  readonly kept: ReadonlyArray<{ readonly field: Field; readonly within: Extension | null }>
  readonly made: readonly Extension[]
  readonly insertions: ReadonlyArray<{ readonly to: Field; readonly insertion: Insertion }>
}

/**
 * Structs on the way to a field are made where they are missing.
 * @throws ConnectError DATA_INVALID where there is something else.
 */
export function extendedStruct(
  schema: Schema | null,
  tree: Insertions,
  builder: SchemaBuilder,
): Extension {
  const { inner } = tree
  const kept = (schema?.fields ?? []).map((field) => {
    const level = inner.get(field.name)
    const within = level === undefined ? null : extensionWithin(field, level)
    builder.field(field.name, within?.schema ?? field.schema)
    return { field, within }
  })
  const names = new Set(kept.map(({ field }) => field.name))
  const missing = [...inner].filter(([name]) => !names.has(name))
  const made = missing.map(([name, level]) => {
    const within = extendedStruct(null, level, SchemaBuilder.struct())
    builder.field(name, within.schema)
    return within
  })
  const insertions = inOrder(tree)
  for (const insertion of insertions) builder.field(insertion.name, insertion.schema)
  const result = builder.build()
  const fieldAt = (index: number) => result.fields[index] as Field
  return {
    schema: result,
    kept,
    made,
    insertions: insertions.map((insertion, index) => ({
      to: fieldAt(kept.length + made.length + index),
      insertion,
    })),
  }
}

function extensionWithin({ name, schema }: Field, level: Insertions): Extension {
  if (schema.type === 'STRUCT') return extendedStruct(schema, level, nestedLike(schema))
  throw new ConnectError(
    `InsertField can not insert into the field ${name}: it is no struct but ${schema.type}`,
    { code: 'DATA_INVALID' },
  )
}

/** @param struct null for one that is to be made. */
export function inserted(
  struct: Struct | null,
  { schema, kept, made, insertions }: Extension,
  record: ConnectRecord,
  readField: FieldReader,
): Struct {
  const values: ConnectValue[] = []
  for (const { field, within } of kept) {
    const value = struct === null ? null : readField(struct, field)
    const isSame = within === null || value === null
    values.push(
      isSame
        ? copied(value, field)
        : inserted(requireStruct(value, field.schema, PURPOSE), within, record, readField),
    )
  }
  for (const extension of made) values.push(inserted(null, extension, record, readField))
  for (const { to, insertion } of insertions) {
    const value = insertion.value(record)
    values.push(value === undefined ? null : checked(value, to))
  }
  return new Struct(schema, values)
}

type MapInsertion = (map: SchemalessMap, record: ConnectRecord) => SchemalessMap

/** The same for values without schema. Maps on the way are made where missing; null stays null. */
export function mapInsertion(tree: Insertions): MapInsertion {
  const values = inOrder(tree)
  const { inner } = tree
  const insert: MapInsertion = (map, record) =>
    withFields(map, values, (each) => each.schemaless(record))
  if (inner.size === 0) return insert
  const levels = Array.from(inner, ([name, level]) => ({ name, insert: mapInsertion(level) }))
  return (map, record) =>
    withFields(insert(map, record), levels, ({ name, insert: insertWithin }) => {
      const value = fieldOfMap(map, name)
      if (value === null) return undefined
      return insertWithin(value === undefined ? {} : requireMap(value, PURPOSE), record)
    })
}
