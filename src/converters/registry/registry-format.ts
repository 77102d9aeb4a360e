import type { ByteWriter, ConnectValue, Schema, SchemaAndValue } from '../../sdk/index.ts'
import type { SchemaLanguage, SchemaText, StoredSchema } from './registry-answers.ts'
import type { ReferredSchema } from './registry-client.ts'

/** A Connect schema in the language of a format. */
export interface DefinedSchema extends SchemaText {
  /** Full name of the record; null for a schema that is none. */
  readonly record: string | null
}

/** A schema of the registry with all that belongs to it. */
export interface CompleteSchema extends StoredSchema {
  /** All schemas that it refers to, those first that others need. */
  readonly referred: readonly ReferredSchema[]
}

/** Appends a value that is not null, behind the header of the registry. */
export type ValueWriter = (out: ByteWriter, value: ConnectValue) => void

/** Reads the data behind the header of the registry, up to `end`. */
export type ValueReader = (bytes: Buffer, start: number, end: number) => SchemaAndValue

/** What a converter adds for its language. All methods throw ConnectError DATA_INVALID. */
export interface RegistryFormat {
  readonly language: SchemaLanguage
  /** Name of the language in messages, such as Avro. */
  readonly title: string
  /** Called once for each schema object. */
  define(schema: Schema | null): DefinedSchema
  /** Another text that says the same, for a registry that takes the first one for invalid. */
  otherText?(defined: DefinedSchema): string
  /** Whether null becomes a tombstone, which needs no schema; throws where null is not allowed. */
  isTombstone(schema: Schema | null): boolean
  /**
   * How values of `schema` are written.
   * @param target The schema of the registry that they are written with: `defined`, or another one
   *   that the settings name.
   */
  writer(schema: Schema | null, defined: DefinedSchema, target: CompleteSchema): ValueWriter
  /** Why data of the schema `written` can't be read with `reader`; null when it can. */
  incompatibility(reader: CompleteSchema, written: SchemaText): string | null
  /** Full name of the record of a schema; null for a schema that is none. */
  recordOf(stored: CompleteSchema): string | null
  /**
   * How data of `stored` is read.
   * @param version Of the schema in its subject; null where it has none.
   * @param target The schema to read into; null for `stored` itself.
   */
  reader(stored: CompleteSchema, version: number | null, target: CompleteSchema | null): ValueReader
}
