import {
  BoxedNumber,
  type ByteWriter,
  ConnectError,
  type ConnectObject,
  type ConnectValue,
  isConnectObject,
  javaClassOf,
  Struct,
  schemaTypeOf,
} from '../sdk/index.ts'
import { writeError } from './json-error.ts'
import { JSON_DEPTH_MAX } from './json-exact.ts'
import { writeDouble, writeFloat, writeInteger } from './json-number-text.ts'
import { type JsonField, type JsonShape, JsonShapes } from './json-shape.ts'
import {
  quoted,
  writeAscii,
  writeBase64,
  writeBoolean,
  writeNull,
  writeString,
} from './json-text.ts'

const COMMA = 0x2c
const COLON = 0x3a
const LIST_START = 0x5b
const LIST_END = 0x5d
const OBJECT_START = 0x7b
const OBJECT_END = 0x7d

/** Unknown fields after which none is looked for that does not come where it is expected. */
const PATIENCE_MAX = 10_000

/**
 * Writes values that have no schema: integers, doubles, objects, lists, base64 for bytes. Keys that
 * stood at the same place in a record before are written as they were then.
 */
export class SchemalessJsonWriter {
  readonly #shapes = new JsonShapes()
  #patience = PATIENCE_MAX

  /**
   * @throws ConnectError DATA_INVALID for values that have no form without a schema, such as
   *   Decimal and Date.
   */
  write(out: ByteWriter, value: ConnectValue): void {
    this.#value(out, this.#shapes.root, value, 0)
  }

  #value(out: ByteWriter, shape: JsonShape, value: ConnectValue, depth: number): void {
    if (typeof value === 'string') writeString(out, value)
    else if (typeof value === 'number') writeNumber(out, value)
    else if (value === null) writeNull(out)
    else if (typeof value === 'boolean') writeBoolean(out, value)
    else if (typeof value === 'object') this.#object(out, shape, value, depth + 1)
    else if (schemaTypeOf(value) === null) throw noType(value)
    else writeAscii(out, String(value))
  }

  #object(out: ByteWriter, shape: JsonShape, value: object & ConnectValue, depth: number): void {
    if (depth > JSON_DEPTH_MAX) throw writeError(`nested deeper than ${JSON_DEPTH_MAX} levels`)
    if (Array.isArray(value)) this.#list(out, shape, value, depth)
    else if (isConnectObject(value)) this.#fields(out, shape, value, depth)
    else if (value instanceof Map) this.#map(out, shape, value, depth)
    else if (value instanceof Uint8Array) writeBase64(out, value)
    else if (value instanceof BoxedNumber) writeBoxed(out, value)
    else if (value instanceof Struct) throw mismatchingSchema()
    else throw noType(value)
  }

  #fields(out: ByteWriter, shape: JsonShape, object: ConnectObject, depth: number): void {
    const start = out.length
    const { fields } = shape
    let index = 0
    for (const key in object) {
      const next = index < fields.length ? fields[index] : undefined
      const field = next?.key === key ? next : this.#otherField(shape, index, key)
      const value = object[key] as ConnectValue
      if (field === null) {
        this.#unknownField(out, key, value, depth)
      } else {
        field.lead.appendTo(out)
        this.#value(out, field.shape, value, depth)
        index = field.index + 1
      }
    }
    endObject(out, start)
  }

  /** @returns null for a field that is not to be learned. */
  #otherField(shape: JsonShape, index: number, key: string): JsonField | null {
    if (this.#patience === 0) return null
    const known =
      shape.near(index, (field) => field.key === key) ??
      shape.named(key) ??
      this.#learned(shape, key)
    if (known === null) this.#patience--
    return known
  }

  #learned(shape: JsonShape, key: string): JsonField | null {
    if (this.#shapes.hasAllFields) return null
    return this.#shapes.field(shape, key, key, Buffer.from(`,${quoted(key)}:`))
  }

  #unknownField(out: ByteWriter, key: string, value: ConnectValue, depth: number): void {
    out.writeByte(COMMA)
    writeString(out, key)
    out.writeByte(COLON)
    this.#value(out, this.#shapes.others, value, depth)
  }

  #list(
    out: ByteWriter,
    { elements }: JsonShape,
    list: readonly ConnectValue[],
    depth: number,
  ): void {
    let separator = LIST_START
    for (const element of list) {
      out.writeByte(separator)
      separator = COMMA
      this.#value(out, elements, element, depth)
    }
    if (separator === LIST_START) out.writeByte(LIST_START)
    out.writeByte(LIST_END)
  }

  /** An object when all keys are strings, else a list of pairs. */
  #map(
    out: ByteWriter,
    shape: JsonShape,
    map: ReadonlyMap<ConnectValue, ConnectValue>,
    depth: number,
  ): void {
    const entries = [...map]
    if (!entries.every(([key]) => typeof key === 'string')) {
      this.#list(out, shape, entries, depth)
      return
    }
    const start = out.length
    for (const [key, element] of entries) this.#unknownField(out, key as string, element, depth)
    endObject(out, start)
  }
}

/** @param start Where the fields start, each with a comma before it. */
function endObject(out: ByteWriter, start: number): void {
  if (out.length === start) out.writeByte(OBJECT_START)
  else out.bytes[start] = OBJECT_START
  out.writeByte(OBJECT_END)
}

function writeNumber(out: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value)) writeInteger(out, value)
  else if (schemaTypeOf(value) === 'INT64') writeAscii(out, String(BigInt(value)))
  else writeDouble(out, value)
}

function writeBoxed(out: ByteWriter, { type, value }: BoxedNumber): void {
  if (type === 'FLOAT64') writeDouble(out, value)
  else if (type === 'FLOAT32') writeFloat(out, value)
  else writeAscii(out, String(value))
}

export function mismatchingSchema(): ConnectError {
  return new ConnectError('Mismatching schema.', { code: 'DATA_INVALID' })
}

function noType(value: ConnectValue): ConnectError {
  const javaClass = javaClassOf(value)
  return new ConnectError(
    `Java class class ${javaClass} does not have corresponding schema type.`,
    { code: 'DATA_INVALID' },
  )
}
