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
    const none: ConnectValue[] = schema.fields.map(() => null)
    return (cursor) => new Struct(schema, none.with(index, read(cursor)))
  }

  #record(written: AvroRecord, reader: AvroRecord, schema: Schema): AvroReader {
    const steps = written.fields.map((field) => this.#step(field, reader, schema))
    const reads = steps.map(({ read }) => read)
    const isSame = steps.length === reader.fields.length && steps.every(isInPlace)
    const complete = isSame ? null : this.#completion(steps, reader, schema)
    return (cursor) => {
      const values: ConnectValue[] = []
      try {
        for (const read of reads) values.push(read(cursor))
      } catch (error) {
        throw inField(error, steps[values.length]?.name ?? '')
      }
      return new Struct(schema, complete === null ? values : complete(values))
    }
  }

  /** Makes the values of the reader's fields of those that were written. */
  #completion(steps: readonly Step[], reader: AvroRecord, schema: Schema) {
    const sources = reader.fields.map((_, index) => steps.findIndex((step) => step.index === index))
    const defaults = reader.fields.map((field, index) =>
      sources[index] === -1 ? this.#defaultOf(field, schema.fields[index]?.schema) : null,
    )
    return (written: readonly ConnectValue[]): ConnectValue[] =>
      sources.map((source, index) => (source === -1 ? defaults[index] : written[source]) ?? null)
  }

  #step({ name, schema: written }: AvroField, reader: AvroRecord, schema: Schema): Step {
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
      for (let count = cursor.blockCount(); count > 0; count = cursor.blockCount()) {
        for (; count > 0; count--) list.push(read(cursor))
      }
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

/** How a field is read that was written. */
interface Step {
  readonly name: string
  /** Which one of the reader it is; -1 for one that the reader hasn't. */
  readonly index: number
  readonly read: AvroReader
}

function isInPlace({ index }: Step, place: number): boolean {
  return index === place
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
