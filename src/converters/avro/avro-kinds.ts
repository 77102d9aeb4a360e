import { DECIMAL_NAME, type Schema } from '../../sdk/index.ts'
import type { AvroOptions } from './avro-config.ts'
import { avroNames, DECIMAL_PRECISION } from './avro-names.ts'

/** A struct that stands for a union: one of its fields has a value. */
export function isUnionSchema(schema: Schema): boolean {
  if (schema.type !== 'STRUCT') return false
  return schema.name === avroNames.union || hasParameter(schema, avroNames.generalizedUnion)
}

/** Full name of the enum that a string schema stands for; null for another schema. */
export function enumNameOf(schema: Schema, { generalized }: AvroOptions): string | null {
  if (schema.type !== 'STRING') return null
  const name = generalized ? avroNames.generalizedEnum : avroNames.enum
  return schema.parameters?.get(name) ?? null
}

/** Bytes of a fixed size; null for another schema. */
export function fixedSizeOf(schema: Schema): number | null {
  if (schema.type !== 'BYTES' || schema.name === null) return null
  const size = schema.parameters?.get(avroNames.fixedSize)
  return size === undefined ? null : Number(size)
}

/** Digits of a decimal, in all and behind the point; null for another schema. */
export function decimalFormOf(
  schema: Schema,
): { readonly scale: number; readonly precision: number } | null {
  if (schema.name?.toLowerCase() !== DECIMAL_NAME.toLowerCase()) return null
  const scale = Number(schema.parameters?.get('scale') ?? 0)
  const precision = Number(schema.parameters?.get(avroNames.decimalPrecision) ?? DECIMAL_PRECISION)
  return { scale, precision }
}

/** Whether a map is one in Avro too; other maps are lists of entries. */
export function hasStringKeys(schema: Schema, { allowOptionalMapKeys }: AvroOptions): boolean {
  const keys = schema.keySchema
  return keys?.type === 'STRING' && (!keys.optional || allowOptionalMapKeys)
}

function hasParameter(schema: Schema, name: string): boolean {
  return schema.parameters?.has(name) === true
}
