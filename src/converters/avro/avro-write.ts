import { type ConnectValue, type Field, type Schema, Struct } from '../../sdk/index.ts'
import { writeAnything } from './avro-anything.ts'
import { isAnything } from './avro-anything-schema.ts'
import { branchOf, fitOf } from './avro-branch.ts'
import type { AvroOptions } from './avro-config.ts'
import { connectSchemaOf } from './avro-connect.ts'
import { connectDefault } from './avro-default-read.ts'
import { writeInt, writeString } from './avro-encode.ts'
import { isUnionSchema } from './avro-kinds.ts'
import { scrubbed } from './avro-names.ts'
import { AvroProblem, inField } from './avro-problem.ts'
import type { AvroArray, AvroField, AvroMap, AvroRecord, AvroSchema } from './avro-schema.ts'
import { avroError, requireDepth, typeNameOf } from './avro-schema.ts'
import { type AvroWriter, mismatch, simpleWriter } from './avro-write-simple.ts'

/**
 * How values of a Connect schema are written as an Avro schema, which may differ: fields are found
 * by name, numbers may become wider.
 * @throws ConnectError DATA_INVALID where values of the one can't be written as the other.
 */
export function avroWriter(
  schema: Schema | null,
  avro: AvroSchema,
  options: AvroOptions,
): AvroWriter {
  return new Writers(options).of(schema, avro)
}

class Writers {
  readonly #options: AvroOptions
  #depth = 0

  constructor(options: AvroOptions) {
    this.#options = options
  }

  of(schema: Schema | null, avro: AvroSchema): AvroWriter {
    requireDepth(++this.#depth)
    const write = this.#of(schema, avro)
    this.#depth--
    return write
  }

  #of(schema: Schema | null, avro: AvroSchema): AvroWriter {
    if (schema === null) return schemaless(avro)
    if (isUnionSchema(schema)) return this.#union(schema, avro)
    if (avro.type !== 'union') return required(schema, this.#present(schema, avro))
    const branch = branchOf(schema, avro, this.#options)
    const member = avro.branches[branch]
    if (member === undefined) throw unfit(schema, avro)
    const write = this.#present(schema, member)
    const none = avro.branches.findIndex(({ type }) => type === 'null')
    return (out, value) => {
      if (value !== null) {
        writeInt(out, branch)
        write(out, value)
      } else {
        if (none < 0 || !schema.optional) throw missing(schema)
        writeInt(out, none)
      }
    }
  }

  /** Writes what is not null as what is no union. */
  #present(schema: Schema, avro: AvroSchema): AvroWriter {
    if (fitOf(schema, avro, this.#options) === 0) throw unfit(schema, avro)
    switch (avro.type) {
      case 'record':
        return this.#record(schema, avro)
      case 'array':
        return schema.type === 'MAP' ? this.#entries(schema, avro) : this.#list(schema, avro)
      case 'map':
        return this.#map(schema, avro)
      default:
        return simpleWriter(schema, avro)
    }
  }

  /** A struct whose first field with a value is the value. */
  #union(schema: Schema, avro: AvroSchema): AvroWriter {
    if (avro.type !== 'union') throw unfit(schema, avro)
    const members = schema.fields.map((field) => {
      const branch = branchOf(field.schema, avro, this.#options)
      const member = avro.branches[branch]
      if (member === undefined) throw unfit(field.schema, avro)
      return { field, branch, write: this.#present(field.schema, member) }
    })
    const none = avro.branches.findIndex(({ type }) => type === 'null')
    const { ignoreDefaultForNullables } = this.#options
    const given = (struct: Struct, { index, schema: part }: Field) =>
      struct.values[index] ?? (ignoreDefaultForNullables ? null : part.defaultValue)
    return (out, value) => {
      const struct = value === null ? null : structOf(schema, value)
      const member =
        struct === null ? undefined : members.find(({ field }) => given(struct, field) !== null)
      if (struct !== null && member !== undefined) {
        writeInt(out, member.branch)
        member.write(out, given(struct, member.field))
      } else {
        if (none < 0 || !schema.optional) throw missing(schema)
        writeInt(out, none)
      }
    }
  }

  #record(schema: Schema, avro: AvroRecord): AvroWriter {
    const fields = avro.fields.map((field) => this.#field(schema, field))
    const { ignoreDefaultForNullables } = this.#options
    return (out, value) => {
      const { values } = structOf(schema, value)
      let at = 0
      try {
        for (; at < fields.length; at++) {
          const { index, fallback, write } = fields[at] as (typeof fields)[number]
          const given = values[index] ?? null
          write(out, given === null && !ignoreDefaultForNullables ? fallback : given)
        }
      } catch (error) {
        throw inField(error, fields[at]?.name ?? '')
      }
    }
  }

  /** Where the value of a field comes from: of the struct, or always the default of the Avro field. */
  #field(schema: Schema, avro: AvroField) {
    const { name } = avro
    const source = schema.fields.find(
      (field) => (this.#options.scrub ? scrubbed(field.name) : field.name) === name,
    )
    try {
      if (source !== undefined) {
        const fallback = source.schema.defaultValue
        return { name, index: source.index, fallback, write: this.of(source.schema, avro.schema) }
      }
      return { name, index: -1, fallback: null, write: this.#defaultWriter(avro) }
    } catch (error) {
      throw inField(error, name)
    }
  }

  #defaultWriter({ schema, name, defaultValue }: AvroField): AvroWriter {
    if (defaultValue === undefined) {
      throw avroError(`The data has no field ${name}, which the schema of the registry requires`)
    }
    const target = connectSchemaOf(schema, null, this.#options, () => 0)
    if (target === null) throw avroError(`The field ${name} can't have a default`)
    const value = connectDefault(schema, target, defaultValue, this.#options)
    const write = this.of(target, schema)
    return (out) => write(out, value)
  }

  #list(schema: Schema, { items }: AvroArray): AvroWriter {
    const write = this.of(schema.valueSchema, items)
    return (out, value) => {
      if (!Array.isArray(value)) throw mismatch(schema.type, value)
      if (value.length > 0) writeInt(out, value.length)
      for (const element of value as readonly ConnectValue[]) write(out, element)
      writeInt(out, 0)
    }
  }

  #map(schema: Schema, { values }: AvroMap): AvroWriter {
    const write = this.of(schema.valueSchema, values)
    return (out, value) => {
      if (!(value instanceof Map)) throw mismatch(schema.type, value)
      if (value.size > 0) writeInt(out, value.size)
      for (const [key, element] of value as ReadonlyMap<ConnectValue, ConnectValue>) {
        if (typeof key !== 'string') throw new AvroProblem(`A key of a map is ${key}, not a text`)
        writeString(out, key)
        write(out, element)
      }
      writeInt(out, 0)
    }
  }

  #entries(schema: Schema, { items }: AvroArray): AvroWriter {
    const [keyField, valueField] = items.type === 'record' ? items.fields : []
    if (keyField === undefined || valueField === undefined) throw unfit(schema, items)
    const writeKey = this.of(schema.keySchema, keyField.schema)
    const writeValue = this.of(schema.valueSchema, valueField.schema)
    return (out, value) => {
      if (!(value instanceof Map)) throw mismatch(schema.type, value)
      if (value.size > 0) writeInt(out, value.size)
      for (const [key, element] of value as ReadonlyMap<ConnectValue, ConnectValue>) {
        writeKey(out, key)
        writeValue(out, element)
      }
      writeInt(out, 0)
    }
  }
}

function schemaless(avro: AvroSchema): AvroWriter {
  if (isAnything(avro)) return writeAnything
  throw avroError(
    `Data without schema can't be written with the registered schema ${typeNameOf(avro)}`,
  )
}

function required(schema: Schema, write: AvroWriter): AvroWriter {
  return (out, value) => {
    if (value === null) throw missing(schema)
    write(out, value)
  }
}

function structOf(schema: Schema, value: ConnectValue): Struct {
  if (!(value instanceof Struct)) throw mismatch(schema.type, value)
  if (value.schema !== schema && !value.schema.equals(schema)) {
    throw new AvroProblem('Mismatching struct schema')
  }
  return value
}

function missing({ optional }: Schema): AvroProblem {
  return new AvroProblem(
    optional
      ? 'Found null value where the schema of the registry allows none'
      : 'Found null value for non-optional schema',
  )
}

function unfit(schema: Schema, avro: AvroSchema) {
  const types = avro.type === 'union' ? avro.branches.map(typeNameOf).join() : typeNameOf(avro)
  return avroError(`Values of ${schema} can't be written as ${types}`)
}
