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

/** Describes a value. Immutable; built by `SchemaBuilder`, compared with `equals`. */
export interface Schema {
  readonly type: SchemaType
  readonly optional: boolean
  readonly defaultValue: ConnectValue
  readonly name: string | null
  readonly version: number | null
  readonly doc: string | null
  readonly parameters: ReadonlyMap<string, string> | null
  readonly fields: readonly Field[]
  readonly keySchema: Schema | null
  readonly valueSchema: Schema | null
  field(name: string): Field | null
  equals(other: unknown): boolean
}

export interface SchemaAndValue {
  readonly schema: Schema | null
  readonly value: ConnectValue
}
