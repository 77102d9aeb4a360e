import { type ConnectValue, type Field, type Schema, Struct, validateValue } from '../sdk/index.ts'
import type { FieldTree } from './field-tree.ts'
import type { FieldReader } from './null-default.ts'
import { requireStruct } from './requirements.ts'
import { nestedLike } from './schema-update.ts'

/** What a struct of one schema becomes; made once for each schema. */
export interface StructUpdate {
  readonly schema: Schema
  /** One for each field of `schema`, in their order. */
  readonly fields: readonly FieldUpdate[]
}

interface FieldUpdate {
  readonly from: Field
  readonly to: Field
  /** null for a value that stays as it is. */
  readonly change: ((value: ConnectValue) => ConnectValue) | null
}

export function updatedStruct(
  struct: Struct,
  { schema, fields }: StructUpdate,
  readField: FieldReader,
): Struct {
  const values: ConnectValue[] = []
  for (const { from, to, change } of fields) {
    const value = readField(struct, from)
    values.push(change === null ? copied(value, to) : checked(change(value), to))
  }
  return new Struct(schema, values)
}

/**
 * A value that has been in a field of the same type; but null may not have been put there, nor a
 * struct that is the field's default.
 */
export function copied(value: ConnectValue, { name, schema }: Field): ConnectValue {
  if (value === null ? !schema.optional : isOtherStruct(value, schema)) {
    validateValue(schema, value, name)
  }
  return value
}

function isOtherStruct(value: ConnectValue, schema: Schema): boolean {
  return schema.type === 'STRUCT' && (value as Struct).schema !== schema
}

/** @throws ConnectError DATA_INVALID for a value that the field does not take. */
export function checked(value: ConnectValue, { name, schema }: Field): ConnectValue {
  validateValue(schema, value, name)
  return value
}

/** What becomes of a field that a tree has a leaf for. */
export interface FieldChange<T> {
  schema(schema: Schema, leaf: T): Schema
  value(value: ConnectValue, schema: Schema, leaf: T): ConnectValue
}

/**
 * The update that changes types and values of fields, each in its place. A schema stays the same
 * where no type changes; else it loses its default.
 */
export function changesInPlace<T>(
  schema: Schema,
  tree: FieldTree<T>,
  change: FieldChange<T>,
  readField: FieldReader,
): StructUpdate {
  const builder = nestedLike(schema)
  let hasSameTypes = true
  const changes = schema.fields.map((field) => {
    const changed = changeOf(field.schema, field.name, tree, change, readField)
    const type = changed?.schema ?? field.schema
    if (type !== field.schema) hasSameTypes = false
    builder.field(field.name, type)
    return changed?.value ?? null
  })
  const result = hasSameTypes ? schema : builder.build()
  const fields = schema.fields.map((from, index) => ({
    from,
    to: result.fields[index] as Field,
    change: changes[index] ?? null,
  }))
  return { schema: result, fields }
}

interface Changed {
  readonly schema: Schema
  readonly value: (value: ConnectValue) => ConnectValue
}

function changeOf<T>(
  schema: Schema,
  name: string,
  { leaves, inner }: FieldTree<T>,
  change: FieldChange<T>,
  readField: FieldReader,
): Changed | null {
  const leaf = leaves.get(name)
  if (leaf !== undefined) {
    return {
      schema: change.schema(schema, leaf),
      value: (value) => change.value(value, schema, leaf),
    }
  }
  const level = inner.get(name)
  if (level === undefined || schema.type !== 'STRUCT') return null
  return nestedUpdate(schema, changesInPlace(schema, level, change, readField), readField)
}

/** An update as the change of a field that holds such structs; its default changes with them. */
export function nestedUpdate(from: Schema, update: StructUpdate, readField: FieldReader): Changed {
  const { defaultValue } = from
  const isSame = defaultValue === null || update.schema === from
  const whole = isSame ? update : withDefault(update, defaultValue, readField)
  return {
    schema: whole.schema,
    value: (value) => (value === null ? null : updated(value, from, whole, readField)),
  }
}

function withDefault(
  update: StructUpdate,
  value: NonNullable<ConnectValue>,
  readField: FieldReader,
): StructUpdate {
  const { schema } = update
  const builder = nestedLike(schema)
  for (const field of schema.fields) builder.field(field.name, field.schema)
  const result = builder.defaultValue(updated(value, schema, update, readField)).build()
  const fields = update.fields.map((field) => ({
    ...field,
    to: result.fields[field.to.index] as Field,
  }))
  return { schema: result, fields }
}

function updated(
  value: NonNullable<ConnectValue>,
  schema: Schema,
  update: StructUpdate,
  readField: FieldReader,
): Struct {
  return updatedStruct(requireStruct(value, schema, 'nested field access'), update, readField)
}
