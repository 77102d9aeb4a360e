import { type ConnectValue, type Schema, Struct } from '../../sdk/index.ts'
import { readAnything } from './avro-anything.ts'
import { isAnything } from './avro-anything-schema.ts'
import type { AvroOptions } from './avro-config.ts'
import { connectSchemaOf } from './avro-connect.ts'
import type { AvroCursor } from './avro-cursor.ts'
import { connectDefault } from './avro-default-read.ts'
import { AvroProblem, inField } from './avro-problem.ts'
import { type AvroReader, simpleReader } from './avro-read-simple.ts'
import { matchingBranch, whyUnreadable } from './avro-resolution.ts'
import {
  type AvroField,
  type AvroRecord,
  type AvroSchema,
  type AvroUnion,
  avroError,
} from './avro-schema.ts'
import { unionForm } from './avro-union.ts'

/**
 * How data is read.
 * @param written The schema that it was written with.
 * @param reader The schema to read it into; `written` itself for data as it is.
 * @param schema The Connect schema made of `reader`; null for data without one.
 */
export function avroReader(
  written: AvroSchema,
  reader: AvroSchema,
  schema: Schema | null,
  options: AvroOptions,
): AvroReader {
  return new Readers(options).of(written, reader, schema)
}

class Readers {
  readonly #options: AvroOptions

  constructor(options: AvroOptions) {
    this.#options = options
  }

  of(written: AvroSchema, reader: AvroSchema, schema: Schema | null): AvroReader {
    if (schema === null) return isAnything(written) ? readAnything : unreadable(written, reader)
    if (written.type === 'union') return this.#anyBranch(written, reader, schema)
    if (reader.type === 'union') return this.#asMember(written, reader, schema)
    if (whyUnreadable(reader, written) !== null) return unreadable(written, reader)
    switch (reader.type) {
      case 'record':
        return this.#record(written as AvroRecord, reader, schema)
      case 'array':
        return this.#array(written, reader, schema)
      case 'map':
        return this.#map(written, reader, schema)
      default:
        return simpleReader(written, reader, schema)
    }
  }

  #anyBranch({ branches }: AvroUnion, reader: AvroSchema, schema: Schema): AvroReader {
    const readers = branches.map((branch) => this.of(branch, reader, schema))
    return (cursor) => {
      const index = cursor.int()
      const read = readers[index]
      if (read === undefined) {
        throw new AvroProblem(`a union of ${readers.length} types has no type ${index}`)
      }
      return read(cursor)
    }
  }

  #asMember(written: AvroSchema, reader: AvroUnion, schema: Schema): AvroReader {
    const branch = matchingBranch(written, reader)
    const target = reader.branches[branch]
    if (target === undefined) return unreadable(written, reader)
    if (target.type === 'null') return readNull
    const { isStruct, members } = unionForm(reader, this.#options)
    if (!isStruct) return this.of(written, target, schema)
    const index = members.findIndex((member) => member.branch === branch)
    const read = this.of(written, target, schema.fields[index]?.schema ?? null)
    return (cursor) => {
      const struct = new Struct(schema)
      valuesOf(struct)[index] = read(cursor)
      return struct
    }
  }

  #record(written: AvroRecord, reader: AvroRecord, schema: Schema): AvroReader {
    const steps = written.fields.map((field) => this.#step(field, reader, schema))
    const taken = new Set(steps.map(({ index }) => index))
    const defaults = reader.fields.flatMap((field, index) =>
      taken.has(index)
        ? []
        : [{ index, value: this.#defaultOf(field, schema.fields[index]?.schema) }],
    )
    return (cursor) => {
      const struct = new Struct(schema)
      const values = valuesOf(struct)
      let at = 0
      try {
        for (; at < steps.length; at++) {
          const { index, read } = steps[at] as (typeof steps)[number]
          const value = read(cursor)
          if (index >= 0) values[index] = value
        }
      } catch (error) {
        throw inField(error, steps[at]?.name ?? '')
      }
      for (const { index, value } of defaults) values[index] = value
      return struct
    }
  }

  /** How a field is read, and which one of the reader it is; -1 for one that the reader hasn't. */
  #step({ name, schema: written }: AvroField, reader: AvroRecord, schema: Schema) {
    const index = reader.fields.findIndex(
      (field) => field.name === name || field.aliases.includes(name),
    )
    const target = reader.fields[index]
    const targetSchema = schema.fields[index]?.schema
    if (target !== undefined && targetSchema !== undefined) {
      return { name, index, read: this.of(written, target.schema, targetSchema) }
    }
    const own = connectSchemaOf(written, null, this.#options, () => 0)
    return { name, index: -1, read: this.of(written, written, own) }
  }

  #defaultOf({ schema: avro, defaultValue }: AvroField, schema: Schema | undefined): ConnectValue {
    if (schema === undefined) return null
    return connectDefault(avro, schema, defaultValue, this.#options)
  }

  #array(written: AvroSchema, reader: AvroSchema, schema: Schema): AvroReader {
    if (written.type !== 'array' || reader.type !== 'array') return unreadable(written, reader)
    if (schema.type === 'MAP') return this.#entries(written.items, reader.items, schema)
    const read = this.of(written.items, reader.items, schema.valueSchema)
    return (cursor) => {
      const list: ConnectValue[] = []
      forEachElement(cursor, () => list.push(read(cursor)))
      return list
    }
  }

  #entries(written: AvroSchema, reader: AvroSchema, schema: Schema): AvroReader {
    const [key, value] = ['key', 'value'].map((name, index) => {
      const target = fieldOf(reader, name)
      const source = fieldOf(written, name)
      const part = index === 0 ? schema.keySchema : schema.valueSchema
      return this.of(source, target, part)
    })
    const isValueFirst = written.type === 'record' && written.fields[0]?.name === 'value'
    const [first, second] = isValueFirst ? [value, key] : [key, value]
    if (first === undefined || second === undefined) return unreadable(written, reader)
    return (cursor) => {
      const map = new Map<ConnectValue, ConnectValue>()
      forEachElement(cursor, () => {
        const one = first(cursor)
        const other = second(cursor)
        if (isValueFirst) map.set(other, one)
        else map.set(one, other)
      })
      return map
    }
  }

  #map(written: AvroSchema, reader: AvroSchema, schema: Schema): AvroReader {
    if (written.type !== 'map' || reader.type !== 'map') return unreadable(written, reader)
    const read = this.of(written.values, reader.values, schema.valueSchema)
    return (cursor) => {
      const map = new Map<ConnectValue, ConnectValue>()
      forEachElement(cursor, () => {
        const key = cursor.string()
        map.set(key, read(cursor))
      })
      return map
    }
  }
}

const readNull: AvroReader = () => null

function forEachElement(cursor: AvroCursor, read: () => void): void {
  for (let count = cursor.blockCount(); count > 0; count = cursor.blockCount()) {
    for (; count > 0; count--) read()
  }
}

function fieldOf(record: AvroSchema, name: string): AvroSchema {
  const field = record.type === 'record' ? record.fields.find((each) => each.name === name) : null
  if (field == null) throw avroError(`Entries of a map have no field ${name}`)
  return field.schema
}

/** Fails where such data comes: other members of its union can be read. */
function unreadable(written: AvroSchema, reader: AvroSchema): AvroReader {
  const problem = whyUnreadable(reader, written) ?? 'data without schema is none of the schema'
  return () => {
    throw new AvroProblem(problem)
  }
}

/** What was read fits the schema, which was made for it: it need not be checked again. */
function valuesOf(struct: Struct): ConnectValue[] {
  return struct.values as ConnectValue[]
}
