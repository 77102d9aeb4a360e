import {
  BoxedNumber,
  type ByteWriter,
  type ConnectObject,
  type ConnectValue,
  Float32,
  Int32,
  isConnectObject,
  javaClassOf,
  type SchemaType,
  schemalessDouble,
  schemalessLong,
  schemaTypeOf,
} from '../../sdk/index.ts'
import { anythingFields } from './avro-anything-schema.ts'
import type { AvroCursor } from './avro-cursor.ts'
import {
  writeBytes,
  writeDouble,
  writeFloat,
  writeInt,
  writeLong,
  writeString,
} from './avro-encode.ts'
import { AvroProblem } from './avro-problem.ts'

/** Values nested deeper are refused, so that a few bytes can't end the worker. */
const DEPTH_MAX = 500
const ARRAY_FIELD = anythingFields.length
const MAP_FIELD = ARRAY_FIELD + 1
const NULL_BRANCH = 0
const VALUE_BRANCH = 1

/** Writes a value without schema as a record that has one field set, the one of its type. */
export function writeAnything(out: ByteWriter, value: ConnectValue): void {
  writeValue(out, value, 0)
}

function writeValue(out: ByteWriter, value: ConnectValue, depth: number): void {
  if (depth > DEPTH_MAX) throw tooDeep()
  const type = value === null ? null : schemaTypeOf(value)
  const target = type === null ? null : (fieldsByType.get(type) ?? null)
  if (value !== null && target === null) {
    throw new AvroProblem(`Unknown Java type for schemaless data: class ${javaClassOf(value)}`)
  }
  for (let index = 0; index <= MAP_FIELD; index++) {
    if (index !== target) {
      writeInt(out, NULL_BRANCH)
      continue
    }
    writeInt(out, VALUE_BRANCH)
    fieldWriters[index]?.(out, value, depth)
  }
}

const indexOf = (field: (typeof anythingFields)[number]) => anythingFields.indexOf(field)

/** Bytes have a field but are not written, as in the reference. */
const fieldsByType: ReadonlyMap<SchemaType, number> = new Map([
  ['INT8', indexOf('int')],
  ['INT16', indexOf('int')],
  ['INT32', indexOf('int')],
  ['INT64', indexOf('long')],
  ['FLOAT32', indexOf('float')],
  ['FLOAT64', indexOf('double')],
  ['BOOLEAN', indexOf('boolean')],
  ['STRING', indexOf('string')],
  ['ARRAY', ARRAY_FIELD],
  ['MAP', MAP_FIELD],
])

type FieldWriter = (out: ByteWriter, value: ConnectValue, depth: number) => void

const fieldWriters: readonly FieldWriter[] = [
  (out, value) => out.writeByte(value === true ? 1 : 0),
  (out, value) => writeBytes(out, value as Uint8Array),
  (out, value) => writeDouble(out, Number(unboxed(value))),
  (out, value) => writeFloat(out, Number(unboxed(value))),
  (out, value) => writeInt(out, Number(unboxed(value))),
  (out, value) => writeLong(out, BigInt(value as number | bigint)),
  (out, value) => writeString(out, value as string),
  (out, value, depth) => writeList(out, value as readonly ConnectValue[], depth),
  (out, value, depth) => writeEntries(out, value as ConnectMap, depth),
]

type ConnectMap = ReadonlyMap<ConnectValue, ConnectValue> | ConnectObject

function unboxed(value: ConnectValue): ConnectValue {
  return value instanceof BoxedNumber ? value.value : value
}

function writeList(out: ByteWriter, list: readonly ConnectValue[], depth: number): void {
  if (list.length > 0) writeInt(out, list.length)
  for (const element of list) writeValue(out, element, depth + 1)
  writeInt(out, 0)
}

function writeEntries(out: ByteWriter, map: ConnectMap, depth: number): void {
  const entries = isConnectObject(map) ? Object.entries(map) : [...map]
  if (entries.length > 0) writeInt(out, entries.length)
  for (const [key, value] of entries) {
    writeValue(out, key, depth + 1)
    writeValue(out, value, depth + 1)
  }
  writeInt(out, 0)
}

/** Reads what `writeAnything` wrote: the first field that is set counts. */
export function readAnything(cursor: AvroCursor): ConnectValue {
  return readValue(cursor, 0)
}

function readValue(cursor: AvroCursor, depth: number): ConnectValue {
  if (depth > DEPTH_MAX) throw tooDeep()
  let found: ConnectValue = null
  for (let index = 0; index <= MAP_FIELD; index++) {
    const branch = cursor.int()
    if (branch === NULL_BRANCH) continue
    if (branch !== VALUE_BRANCH) throw new AvroProblem(`a union of 2 types has no type ${branch}`)
    const value = readField(cursor, index, depth)
    found ??= value
  }
  return found
}

function readField(cursor: AvroCursor, index: number, depth: number): ConnectValue {
  switch (anythingFields[index]) {
    case 'boolean':
      return cursor.boolean()
    case 'bytes':
      return cursor.byteArray()
    case 'double':
      return schemalessDouble(cursor.double())
    case 'float':
      return new Float32(cursor.float())
    case 'int':
      return new Int32(cursor.int())
    case 'long':
      return schemalessLong(cursor.long())
    case 'string':
      return cursor.string()
    default:
      return index === ARRAY_FIELD ? readList(cursor, depth) : readEntries(cursor, depth)
  }
}

function readList(cursor: AvroCursor, depth: number): ConnectValue {
  const list: ConnectValue[] = []
  for (let count = cursor.blockCount(); count > 0; count = cursor.blockCount()) {
    for (; count > 0; count--) list.push(readValue(cursor, depth + 1))
  }
  return list
}

/** An object where all keys are text, as other converters read data without schema. */
function readEntries(cursor: AvroCursor, depth: number): ConnectValue {
  const entries: [ConnectValue, ConnectValue][] = []
  for (let count = cursor.blockCount(); count > 0; count = cursor.blockCount()) {
    for (; count > 0; count--) {
      const key = readValue(cursor, depth + 1)
      entries.push([key, readValue(cursor, depth + 1)])
    }
  }
  const hasNames = entries.every(([key]) => typeof key === 'string')
  return hasNames ? (Object.fromEntries(entries) as ConnectObject) : new Map(entries)
}

function tooDeep(): AvroProblem {
  return new AvroProblem(`the data is nested deeper than ${DEPTH_MAX} levels`)
}
