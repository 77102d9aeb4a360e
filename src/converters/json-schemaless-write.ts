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
import { type JsonKeys, type JsonShape, JsonShapes } from './json-shape.ts'
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

/**
 * Writes values that have no schema: integers, doubles, objects, lists, base64 for bytes. Keys that
 * stood at the same place in a record before are written as they were then.
 */
export class SchemalessJsonWriter {
  readonly #shapes = new JsonShapes()

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
    if (isConnectObject(value)) this.#fields(out, shape, value, depth)
    else if (Array.isArray(value)) this.#list(out, shape, value, depth)
    else if (value instanceof Map) this.#map(out, shape, value, depth)
    else if (value instanceof Uint8Array) writeBase64(out, value)
    else if (value instanceof BoxedNumber) writeBoxed(out, value)
    else if (value instanceof Struct) throw mismatchingSchema()
    else throw noType(value)
  }

  #fields(out: ByteWriter, shape: JsonShape, object: ConnectObject, depth: number): void {
    let keys = shape.start
    let count = 0
    for (const key in object) {
      const next = keys.next?.key === key ? keys.next : this.#otherNext(keys, key)
      if (next === null) {
        this.#otherFields(out, object, count, depth)
        return
      }
      next.lead.appendTo(out)
      this.#value(out, next.shape, object[key] as ConnectValue, depth)
      keys = next
      count++
    }
    if (count === 0) out.writeByte(OBJECT_START)
    out.writeByte(OBJECT_END)
  }

  /** @returns null for a key that is not learned. */
  #otherNext(keys: JsonKeys, key: string): JsonKeys | null {
    const known = keys.followers.find((each) => each.key === key) ?? this.#learned(keys, key)
    if (known !== null) keys.next = known
    return known
  }

  #learned(keys: JsonKeys, key: string): JsonKeys | null {
    const lead = `${keys.isStart ? '{' : ','}${quoted(key)}:`
    return this.#shapes.learn(keys, key, Buffer.from(lead))
  }

  /** Writes the fields behind the first `count`. */
  #otherFields(out: ByteWriter, object: ConnectObject, count: number, depth: number): void {
    let index = 0
    for (const key in object) {
      if (index++ < count) continue
      out.writeByte(index === 1 ? OBJECT_START : COMMA)
      this.#field(out, key, object[key] as ConnectValue, depth)
    }
    out.writeByte(OBJECT_END)
  }

  #field(out: ByteWriter, key: string, value: ConnectValue, depth: number): void {
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
    out.writeByte(OBJECT_START)
    for (const [index, [key, value]] of entries.entries()) {
      if (index > 0) out.writeByte(COMMA)
      this.#field(out, key as string, value, depth)
    }
    out.writeByte(OBJECT_END)
  }
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
