import { ConnectError } from '../../sdk/index.ts'
import type { AvroJson } from './avro-json.ts'
import { joinName, type TypeName } from './avro-names.ts'

export const primitiveTypes = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const
export type PrimitiveType = (typeof primitiveTypes)[number]

/** Attributes that Avro itself does not know, in their order. */
export type AvroProps = Map<string, AvroJson>

interface Base {
  readonly props: AvroProps
}

interface Named extends Base, TypeName {
  readonly doc: string | null
  /** Full names that the type had before. */
  readonly aliases: readonly string[]
}

export interface AvroPrimitive extends Base {
  readonly type: PrimitiveType
}

export interface AvroField extends Base {
  readonly name: string
  readonly schema: AvroSchema
  readonly doc: string | null
  /** `undefined` where there is none; null is a default too. */
  readonly defaultValue: AvroJson | undefined
  readonly aliases: readonly string[]
}

export interface AvroRecord extends Named {
  readonly type: 'record'
  /** Filled after the record was made: they may contain it. */
  readonly fields: AvroField[]
}

export interface AvroEnum extends Named {
  readonly type: 'enum'
  readonly symbols: readonly string[]
  readonly defaultSymbol: string | null
}

export interface AvroFixed extends Named {
  readonly type: 'fixed'
  readonly sizeBytes: number
}

export interface AvroArray extends Base {
  readonly type: 'array'
  readonly items: AvroSchema
}

export interface AvroMap extends Base {
  readonly type: 'map'
  readonly values: AvroSchema
}

export interface AvroUnion extends Base {
  readonly type: 'union'
  readonly branches: readonly AvroSchema[]
}

export type AvroNamed = AvroRecord | AvroEnum | AvroFixed
export type AvroSchema = AvroPrimitive | AvroNamed | AvroArray | AvroMap | AvroUnion

export function primitive(type: PrimitiveType): AvroPrimitive {
  return { type, props: new Map() }
}

export function isNamed(schema: AvroSchema): schema is AvroNamed {
  return schema.type === 'record' || schema.type === 'enum' || schema.type === 'fixed'
}

export function fullNameOf(schema: AvroNamed): string {
  return joinName(schema)
}

/** The name of a type in messages and of its field in a union. */
export function typeNameOf(schema: AvroSchema): string {
  return isNamed(schema) ? fullNameOf(schema) : schema.type
}

export function stringProp({ props }: Base, name: string): string | null {
  const value = props.get(name)
  return typeof value === 'string' ? value : null
}

/** Whether both are written alike; types that contain themselves are compared by name the second time. */
export function sameForm(
  a: AvroSchema,
  b: AvroSchema,
  seen: ReadonlySet<AvroSchema> = new Set(),
): boolean {
  if (a === b || seen.has(a)) return true
  if (a.type !== b.type) return false
  if (isNamed(a) && isNamed(b) && fullNameOf(a) !== fullNameOf(b)) return false
  const inner = new Set(seen).add(a)
  const parts = partsOf(a)
  const others = partsOf(b)
  return (
    parts.length === others.length &&
    parts.every((part, index) => {
      const other = others[index]
      if (typeof part !== 'object' || typeof other !== 'object') return part === other
      return sameForm(part, other, inner)
    })
  )
}

/** What distinguishes the data of two schemas of a type. */
function partsOf(schema: AvroSchema): ReadonlyArray<AvroSchema | string | number> {
  switch (schema.type) {
    case 'record':
      return schema.fields.flatMap(({ name, schema: part }) => [name, part])
    case 'enum':
      return schema.symbols
    case 'fixed':
      return [schema.sizeBytes]
    case 'array':
      return [schema.items]
    case 'map':
      return [schema.values]
    case 'union':
      return schema.branches
    default:
      return []
  }
}

export function avroError(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID', ...(cause !== undefined && { cause }) })
}

/** Deeper schemas are refused: nobody writes them by intent, and some have no end. */
const DEPTH_MAX = 200

/** @throws ConnectError DATA_INVALID */
export function requireDepth(depth: number): void {
  if (depth > DEPTH_MAX) throw avroError(`The schema is nested deeper than ${DEPTH_MAX} levels`)
}
