import { ConnectError } from '../base/errors.ts'
import { hasBrand, structBrand } from './brand.ts'
import { valuesEqual } from './equal.ts'
import { javaClassOf, schemaTypeOf } from './java-type.ts'
import type { Field, Schema, SchemaType } from './schema.ts'
import { textOf } from './text.ts'
import { validateValue } from './validate.ts'
import type { ConnectValue } from './value.ts'

/** Values of a STRUCT schema, checked against it when set. */
export class Struct {
  readonly schema: Schema
  /** By field index; null where unset. Read only: `put` checks what it sets. */
  readonly values: readonly ConnectValue[]

  /**
   * @param values One for each field, known to fit, and kept; all null unless given.
   * @throws ConnectError DATA_INVALID unless the schema is a STRUCT.
   */
  constructor(schema: Schema, values: ConnectValue[] = nullsFor(schema)) {
    if (schema.type !== 'STRUCT') throw invalid(`Not a struct schema: ${schema}`)
    this.schema = schema
    this.values = values
  }

  get [structBrand](): true {
    return true
  }

  /** The value, or the field's default where it is null. */
  get(name: string): ConnectValue {
    const field = this.#field(name)
    return this.values[field.index] ?? field.schema.defaultValue
  }

  getWithoutDefault(name: string): ConnectValue {
    return this.values[this.#field(name).index] ?? null
  }

  getInt8(name: string): number | null {
    return this.#typed(name, 'INT8') as number | null
  }

  getInt16(name: string): number | null {
    return this.#typed(name, 'INT16') as number | null
  }

  getInt32(name: string): number | null {
    return this.#typed(name, 'INT32') as number | null
  }

  getInt64(name: string): bigint | null {
    return this.#typed(name, 'INT64') as bigint | null
  }

  getFloat32(name: string): number | null {
    return this.#typed(name, 'FLOAT32') as number | null
  }

  getFloat64(name: string): number | null {
    return this.#typed(name, 'FLOAT64') as number | null
  }

  getBoolean(name: string): boolean | null {
    return this.#typed(name, 'BOOLEAN') as boolean | null
  }

  getString(name: string): string | null {
    return this.#typed(name, 'STRING') as string | null
  }

  getBytes(name: string): Uint8Array | null {
    return this.#typed(name, 'BYTES') as Uint8Array | null
  }

  getArray(name: string): readonly ConnectValue[] | null {
    return this.#typed(name, 'ARRAY') as readonly ConnectValue[] | null
  }

  getMap(name: string): ReadonlyMap<ConnectValue, ConnectValue> | null {
    return this.#typed(name, 'MAP') as ReadonlyMap<ConnectValue, ConnectValue> | null
  }

  getStruct(name: string): Struct | null {
    return this.#typed(name, 'STRUCT') as Struct | null
  }

  /** @throws ConnectError DATA_INVALID for an unknown field or a value that its schema refuses. */
  put(field: string | Field, value: ConnectValue): this {
    const target = typeof field === 'string' ? this.#field(field) : this.#own(field)
    validateValue(target.schema, value, target.name)
    ;(this.values as ConnectValue[])[target.index] = value
    return this
  }

  /** @throws ConnectError DATA_INVALID for a field without default that lacks a needed value. */
  validate(): void {
    for (const { name, index, schema } of this.schema.fields) {
      const value = this.values[index] ?? null
      if (value === null && (schema.optional || schema.defaultValue !== null)) continue
      validateValue(schema, value, name)
    }
  }

  equals(other: unknown): boolean {
    if (this === other) return true
    return (
      other instanceof Struct &&
      this.schema.equals(other.schema) &&
      valuesEqual(this.values, other.values)
    )
  }

  toString(): string {
    const texts = this.schema.fields.flatMap(({ name, index, schema }) => {
      const value = this.values[index] ?? null
      return value === null ? [] : [`${name}=${textOf(value, schema)}`]
    })
    return `Struct{${texts.join(',')}}`
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, structBrand)
  }

  #field(name: string): Field {
    const field = this.schema.field(name)
    if (field === null) throw invalid(`${name} is not a valid field name`)
    return field
  }

  #own(field: Field): Field {
    return this.schema.fields[field.index] === field ? field : this.#field(field.name)
  }

  #typed(name: string, type: SchemaType): ConnectValue {
    const field = this.#field(name)
    if (field.schema.type !== type) throw invalid(`Field '${name}' is not of type ${type}`)
    const value = this.values[field.index] ?? null
    if (value !== null && schemaTypeOf(value, type) !== type) {
      throw invalid(`Field '${name}' has a value of class ${javaClassOf(value)}: use get`)
    }
    return value
  }
}

function nullsFor(schema: Schema): ConnectValue[] {
  const values: ConnectValue[] = []
  if (schema.type !== 'STRUCT') return values
  for (let left = schema.fields.length; left > 0; left--) values.push(null)
  return values
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
