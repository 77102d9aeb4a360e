import { ConnectError } from '../base/errors.ts'
import { hasBrand, schemaBrand } from './brand.ts'
import { valuesEqual } from './equal.ts'
import type { ConnectValue } from './value.ts'

export type SchemaType =
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FLOAT32'
  | 'FLOAT64'
  | 'BOOLEAN'
  | 'STRING'
  | 'BYTES'
  | 'ARRAY'
  | 'MAP'
  | 'STRUCT'

export interface Field {
  readonly name: string
  readonly index: number
  readonly schema: Schema
}

/** What makes a schema; all but `type` may be left out. */
export interface SchemaParts {
  readonly type: SchemaType
  readonly optional?: boolean
  readonly defaultValue?: ConnectValue
  readonly name?: string | null
  readonly version?: number | null
  readonly doc?: string | null
  readonly parameters?: ReadonlyMap<string, string> | null
  /** Of a STRUCT. */
  readonly fields?: readonly Field[]
  /** Of a MAP. */
  readonly keySchema?: Schema | null
  /** Of a MAP or an ARRAY. */
  readonly valueSchema?: Schema | null
}

/** Describes a value. Immutable; built by `SchemaBuilder`, compared with `equals`. */
export class Schema {
  readonly type: SchemaType
  /** True when null is allowed. */
  readonly optional: boolean
  /** What a null stands for; null when there is none. */
  readonly defaultValue: ConnectValue
  readonly name: string | null
  readonly version: number | null
  readonly doc: string | null
  readonly parameters: ReadonlyMap<string, string> | null
  private readonly parts: SchemaParts
  private readonly fieldsByName: ReadonlyMap<string, Field>

  constructor(parts: SchemaParts) {
    this.type = parts.type
    this.optional = parts.optional ?? false
    this.defaultValue = parts.defaultValue ?? null
    this.name = parts.name ?? null
    this.version = parts.version ?? null
    this.doc = parts.doc ?? null
    this.parameters = parts.parameters ?? null
    this.parts = parts
    this.fieldsByName = new Map(parts.fields?.map((field) => [field.name, field]))
  }

  get [schemaBrand](): true {
    return true
  }

  /** @throws ConnectError DATA_INVALID unless the type is STRUCT. */
  get fields(): readonly Field[] {
    if (this.type !== 'STRUCT') throw unfit('Cannot list fields on non-struct type')
    return this.parts.fields ?? []
  }

  /** @throws ConnectError DATA_INVALID unless the type is MAP. */
  get keySchema(): Schema | null {
    if (this.type !== 'MAP') throw unfit('Cannot look up key schema on non-map type')
    return this.parts.keySchema ?? null
  }

  /** @throws ConnectError DATA_INVALID unless the type is MAP or ARRAY. */
  get valueSchema(): Schema | null {
    if (this.type !== 'MAP' && this.type !== 'ARRAY') {
      throw unfit('Cannot look up value schema on non-array and non-map type')
    }
    return this.parts.valueSchema ?? null
  }

  /** @throws ConnectError DATA_INVALID unless the type is STRUCT. */
  field(name: string): Field | null {
    if (this.type !== 'STRUCT') throw unfit('Cannot look up fields on non-struct type')
    return this.fieldsByName.get(name) ?? null
  }

  equals(other: unknown): boolean {
    if (this === other) return true
    return other instanceof Schema && sameAttributes(this, other) && sameParts(this, other)
  }

  toString(): string {
    return this.name === null ? `Schema{${this.type}}` : `Schema{${this.name}:${this.type}}`
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, schemaBrand)
  }
}

export interface SchemaAndValue {
  readonly schema: Schema | null
  readonly value: ConnectValue
}

function unfit(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}

function sameAttributes(a: Schema, b: Schema): boolean {
  return (
    a.type === b.type &&
    a.optional === b.optional &&
    a.name === b.name &&
    a.version === b.version &&
    a.doc === b.doc &&
    sameParameters(a.parameters, b.parameters) &&
    valuesEqual(a.defaultValue, b.defaultValue)
  )
}

function sameParts(a: Schema, b: Schema): boolean {
  switch (a.type) {
    case 'STRUCT':
      return sameFields(a.fields, b.fields)
    case 'MAP':
      return sameSchema(a.keySchema, b.keySchema) && sameSchema(a.valueSchema, b.valueSchema)
    case 'ARRAY':
      return sameSchema(a.valueSchema, b.valueSchema)
    default:
      return true
  }
}

export function sameSchema(a: Schema | null, b: Schema | null): boolean {
  return a === b || a?.equals(b) === true
}

function sameFields(a: readonly Field[], b: readonly Field[]): boolean {
  if (a.length !== b.length) return false
  return a.every((field, index) => {
    const other = b[index]
    return other !== undefined && field.name === other.name && field.schema.equals(other.schema)
  })
}

export function sameParameters(
  a: ReadonlyMap<string, string> | null,
  b: ReadonlyMap<string, string> | null,
): boolean {
  if (a === null || b === null) return a === b
  if (a.size !== b.size) return false
  for (const [key, value] of a) if (b.get(key) !== value) return false
  return true
}
