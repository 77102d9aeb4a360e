import type { Schema, SchemaType } from '../../sdk/index.ts'
import type { AvroOptions } from './avro-config.ts'
import { enumNameOf, fixedSizeOf, hasStringKeys } from './avro-kinds.ts'
import { avroNames, joinName, splitName } from './avro-names.ts'
import { type AvroNamed, type AvroSchema, type AvroUnion, fullNameOf } from './avro-schema.ts'

/** The member of a union that values of a schema are written as; -1 where there is none. */
export function branchOf(schema: Schema, { branches }: AvroUnion, options: AvroOptions): number {
  let best = -1
  let bestFit = 0
  for (const [index, branch] of branches.entries()) {
    const fit = fitOf(schema, branch, options)
    if (fit > bestFit) {
      best = index
      bestFit = fit
    }
  }
  return best
}

/** How well values of a schema fit a type: 0 not at all, 3 best. */
export function fitOf(schema: Schema, avro: AvroSchema, options: AvroOptions): number {
  switch (avro.type) {
    case 'record':
    case 'enum':
    case 'fixed':
      return namedFit(schema, avro, options)
    case 'array':
      return arrayFit(schema, options)
    case 'map':
      return schema.type === 'MAP' && schema.keySchema?.type === 'STRING' ? 3 : 0
    case 'union':
      return 0
    default:
      return widths[avro.type][schema.type] ?? 0
  }
}

const exactInt = { INT8: 3, INT16: 3, INT32: 3 } as const

/** What a type takes: exactly, or as a wider one. */
const widths: Readonly<
  Record<
    'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string',
    Readonly<Partial<Record<SchemaType, number>>>
  >
> = {
  null: {},
  boolean: { BOOLEAN: 3 },
  int: exactInt,
  long: { INT8: 2, INT16: 2, INT32: 2, INT64: 3 },
  float: { INT8: 1, INT16: 1, INT32: 1, INT64: 1, FLOAT32: 3 },
  double: { INT8: 1, INT16: 1, INT32: 1, INT64: 1, FLOAT32: 2, FLOAT64: 3 },
  bytes: { BYTES: 3 },
  string: { STRING: 3 },
}

function arrayFit(schema: Schema, options: AvroOptions): number {
  if (schema.type === 'MAP') return hasStringKeys(schema, options) ? 0 : 3
  return schema.type === 'ARRAY' ? 3 : 0
}

function namedFit(schema: Schema, avro: AvroNamed, options: AvroOptions): number {
  switch (avro.type) {
    case 'record':
      return schema.type === 'STRUCT' ? nameFit(schema, avro, options) : 0
    case 'fixed':
      return fixedSizeOf(schema) === avro.sizeBytes ? nameFit(schema, avro, options) : 0
    case 'enum':
      if (schema.type !== 'STRING') return 0
      return enumNameOf(schema, options) === fullNameOf(avro) ? 3 : 1
  }
}

function nameFit({ name }: Schema, avro: AvroNamed, { scrub }: AvroOptions): number {
  if (name === null) return avro.name.startsWith(avroNames.unnamedRecord) ? 3 : 1
  return fullNameOf(avro) === joinName(splitName(name, scrub)) ? 3 : 1
}
