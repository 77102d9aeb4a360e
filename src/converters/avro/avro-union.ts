import type { AvroOptions } from './avro-config.ts'
import { type AvroSchema, type AvroUnion, fullNameOf, isNamed } from './avro-schema.ts'

export interface UnionMember {
  readonly schema: AvroSchema
  /** Place in the union, which is what data is written with. */
  readonly branch: number
}

/** What a union is in Connect: an optional value where all but one member is null, else a struct. */
export interface UnionForm {
  readonly isStruct: boolean
  readonly hasNull: boolean
  /** All but null, in the order of the struct's fields. */
  readonly members: readonly UnionMember[]
}

export function unionForm({ branches }: AvroUnion, options: AvroOptions): UnionForm {
  const members = branches
    .map((schema, branch) => ({ schema, branch }))
    .filter(({ schema }) => schema.type !== 'null')
  const hasNull = members.length < branches.length
  const isFlat = members.length === 1 && branches.length === (hasNull ? 2 : 1)
  return {
    isStruct: !isFlat || (!hasNull && !options.flattenSingletonUnions),
    hasNull,
    members,
  }
}

/** Name of the struct's field for a member of a union. */
export function memberFieldName({ schema, branch }: UnionMember, options: AvroOptions): string {
  if (options.generalized) return `connect_union_field_${branch}`
  if (!isNamed(schema)) return schema.type
  return options.enhanced ? fullNameOf(schema) : schema.name
}
