import type { ConnectValue } from '../sdk/index.ts'
import { JsonCursor } from './json-cursor.ts'
import { type JsonKeys, type JsonShape, JsonShapes } from './json-shape.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const LIST_START = 0x5b
const LIST_END = 0x5d
const OBJECT_START = 0x7b
const OBJECT_END = 0x7d

/** Deeper documents are left to the other parsers. */
const DEPTH_MAX = 32

/**
 * Reads JSON without schema whose records look alike, as those of a topic do: what stands between
 * two values is compared with what stood there in a record before, all else is read in one pass.
 * That takes a third of the time of `JSON.parse` and a look for the numbers that it does not keep.
 */
export class ShapedJsonReader {
  readonly #shapes = new JsonShapes()
  readonly #cursor = new JsonCursor()

  /** @returns undefined for what only the other parsers can read, or refuse. */
  read(bytes: Buffer, start: number, end: number): ConnectValue | undefined {
    this.#cursor.start(bytes, start, end)
    const value = this.#value(this.#shapes.root, 0)
    if (value === undefined) return undefined
    this.#cursor.peek()
    return this.#cursor.isAtEnd ? value : undefined
  }

  #value(shape: JsonShape, depth: number): ConnectValue | undefined {
    switch (this.#cursor.peek()) {
      case QUOTE:
        return this.#cursor.string()
      case OBJECT_START:
        return depth < DEPTH_MAX ? this.#object(shape, depth + 1) : undefined
      case LIST_START:
        return depth < DEPTH_MAX ? this.#list(shape, depth + 1) : undefined
      default:
        return this.#cursor.scalar()
    }
  }

  #object(shape: JsonShape, depth: number): ConnectValue | undefined {
    const values: ConnectValue[] = []
    let keys = shape.start
    do {
      const next = this.#next(keys)
      if (next === null) return this.#otherKeys(keys, values, depth)
      const value = this.#value(next.shape, depth)
      if (value === undefined) return undefined
      values.push(value)
      keys = next
    } while (this.#cursor.peek() !== OBJECT_END)
    this.#cursor.at++
    return keys.objectOf(values)
  }

  /** Goes to the next value. @returns null, and goes nowhere, when its key is not learned. */
  #next(keys: JsonKeys): JsonKeys | null {
    const { next } = keys
    return next !== null && this.#cursor.take(next.lead) ? next : this.#otherNext(keys)
  }

  #otherNext(keys: JsonKeys): JsonKeys | null {
    const known = keys.followers.find(({ lead }) => this.#cursor.take(lead)) ?? this.#learned(keys)
    if (known !== null) keys.next = known
    return known
  }

  #learned(keys: JsonKeys): JsonKeys | null {
    const start = this.#cursor.at
    const key = this.#key(keys.isStart ? OBJECT_START : COMMA)
    const lead = this.#cursor.bytesFrom(start)
    const known = key === undefined ? null : this.#shapes.learn(keys, key, lead)
    if (known === null) this.#cursor.at = start
    return known
  }

  /** Goes from the byte that stands before a key to the value behind it. */
  #key(before: number): string | undefined {
    const cursor = this.#cursor
    if (cursor.peek() !== before) return undefined
    cursor.at++
    const key = cursor.peek() === QUOTE ? cursor.string() : undefined
    if (key === undefined || cursor.peek() !== COLON) return undefined
    cursor.at++
    cursor.peek()
    return key
  }

  /** Reads on in an object where a key is not learned. */
  #otherKeys(keys: JsonKeys, values: ConnectValue[], depth: number): ConnectValue | undefined {
    if (keys.isStart && this.#isEmpty(OBJECT_END)) return {}
    const object: Record<string, ConnectValue> = { ...keys.objectOf(values) }
    let before = keys.isStart ? OBJECT_START : COMMA
    do {
      const key = this.#key(before)
      if (key === undefined || key === '__proto__') return undefined
      const value = this.#value(this.#shapes.others, depth)
      if (value === undefined) return undefined
      object[key] = value
      before = COMMA
    } while (this.#cursor.peek() !== OBJECT_END)
    this.#cursor.at++
    return object
  }

  #list(shape: JsonShape, depth: number): ConnectValue | undefined {
    if (this.#isEmpty(LIST_END)) return []
    const cursor = this.#cursor
    const list: ConnectValue[] = []
    const { elements } = shape
    for (;;) {
      cursor.at++
      const value = this.#value(elements, depth)
      if (value === undefined) return undefined
      list.push(value)
      const byte = cursor.peek()
      if (byte === LIST_END) break
      if (byte !== COMMA) return undefined
    }
    cursor.at++
    return list
  }

  /** Goes behind an object or a list with nothing in it. */
  #isEmpty(close: number): boolean {
    const cursor = this.#cursor
    const start = cursor.at
    cursor.at++
    const isEmpty = cursor.peek() === close
    cursor.at = isEmpty ? cursor.at + 1 : start
    return isEmpty
  }
}
