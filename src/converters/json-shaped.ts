import type { ConnectValue } from '../sdk/index.ts'
import { JsonCursor } from './json-cursor.ts'
import { JsonLead } from './json-lead.ts'
import { type JsonField, type JsonForm, type JsonShape, JsonShapes } from './json-shape.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const LIST_START = 0x5b
const LIST_END = 0x5d
const OBJECT_START = 0x7b
const OBJECT_END = 0x7d

/** Deeper documents are left to the other parsers. */
const DEPTH_MAX = 32
/** How many more fields than known ones may be unknown, or the reader gives up. */
const PATIENCE_MAX = 1000
/** What a record costs of it that only the other parsers can read. */
const PATIENCE_OF_RECORD = 10

/**
 * Reads JSON without schema whose records look alike, as those of a topic do: what stands between
 * two values is compared with what stood there in a record before, all else is read in one pass.
 * That takes a third of the time of `JSON.parse` and a look for the numbers that it does not keep.
 */
export class ShapedJsonReader {
  readonly #shapes = new JsonShapes()
  readonly #cursor = new JsonCursor()
  #patience = PATIENCE_MAX

  /** @returns undefined for what only the other parsers can read, or refuse. */
  read(bytes: Buffer, start: number, end: number): ConnectValue | undefined {
    const patience = Math.min(this.#patience, PATIENCE_MAX)
    if (patience < 0) return undefined
    this.#patience = patience
    this.#cursor.start(bytes, start, end)
    const value = this.#value(this.#shapes.root, 0)
    this.#cursor.peek()
    if (value !== undefined && this.#cursor.isAtEnd) return value
    this.#patience = patience - PATIENCE_OF_RECORD
    return undefined
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

  /** Reads an object as one of a known form as far as it is one. */
  #object(shape: JsonShape, depth: number): ConnectValue | undefined {
    const values: ConnectValue[] = []
    let form = shape.start
    let byte: number
    do {
      this.#cursor.at++
      const next = this.#nextForm(form, shape)
      if (next === null) return this.#otherObject(form, values, shape, depth)
      const value = this.#value(next.field.shape, depth)
      if (value === undefined) return undefined
      values.push(value)
      form = next
      byte = this.#cursor.peek()
    } while (byte === COMMA)
    if (byte !== OBJECT_END) return undefined
    this.#cursor.at++
    this.#patience += values.length
    return form.objectOf(values)
  }

  /** Goes to the value of the next field; null, going nowhere, where no form is known with it. */
  #nextForm(form: JsonForm, shape: JsonShape): JsonForm | null {
    const { next } = form
    return next !== null && this.#cursor.take(next.field.lead) ? next : this.#otherForm(form, shape)
  }

  #otherForm(form: JsonForm, shape: JsonShape): JsonForm | null {
    for (const follower of form.followers) {
      if (!this.#cursor.take(follower.field.lead)) continue
      form.next = follower
      return follower
    }
    return this.#newForm(form, shape)
  }

  #newForm(form: JsonForm, shape: JsonShape): JsonForm | null {
    if (this.#shapes.hasAllFollowers(form)) return null
    const start = this.#cursor.at
    const field = this.#nextField(form.field, shape)
    const learned = field === null ? null : this.#shapes.follower(form, field)
    if (learned === null) this.#cursor.at = start
    return learned
  }

  /** Goes to the value of the next field; null, going nowhere, where that is not known. */
  #nextField(before: JsonField, shape: JsonShape): JsonField | null {
    const cursor = this.#cursor
    const near = shape.near(before.index + 1, ({ lead }) => cursor.take(lead))
    if (near !== null) return near
    const start = cursor.at
    const key = this.#key()
    if (key === undefined) return null
    const name = cursor.textFrom(start)
    const field = shape.named(name) ?? this.#shapes.field(shape, name, key, cursor.bytesFrom(start))
    if (field === null) cursor.at = start
    return field
  }

  /** Reads a key and goes to its value. */
  #key(): string | undefined {
    const cursor = this.#cursor
    const key = cursor.peek() === QUOTE ? cursor.string() : undefined
    if (key === undefined || cursor.peek() !== COLON) return undefined
    cursor.at++
    cursor.peek()
    return key
  }

  /** Reads on in an object of which no form is known. */
  #otherObject(
    form: JsonForm,
    values: readonly ConnectValue[],
    shape: JsonShape,
    depth: number,
  ): ConnectValue | undefined {
    const cursor = this.#cursor
    if (form === shape.start && cursor.peek() === OBJECT_END) return this.#ended({})
    const object: Record<string, ConnectValue> = { ...form.objectOf(values) }
    let { field } = form
    let byte: number
    do {
      const next = this.#nextField(field, shape) ?? this.#unknownField(field)
      const value = next === null ? undefined : this.#value(next.shape, depth)
      if (next === null || value === undefined) return undefined
      object[next.key] = value
      field = next
      byte = cursor.peek()
      cursor.at++
    } while (byte === COMMA)
    return byte === OBJECT_END ? object : undefined
  }

  #unknownField({ index }: JsonField): JsonField | null {
    this.#patience--
    const key = this.#key()
    if (key === undefined || key === '__proto__') return null
    return { key, index, lead: JsonLead.none, shape: this.#shapes.others }
  }

  #ended<T>(value: T): T {
    this.#cursor.at++
    return value
  }

  #list({ elements }: JsonShape, depth: number): ConnectValue | undefined {
    const cursor = this.#cursor
    const list: ConnectValue[] = []
    cursor.at++
    if (cursor.peek() === LIST_END) return this.#ended(list)
    for (;;) {
      const value = this.#value(elements, depth)
      if (value === undefined) return undefined
      list.push(value)
      const byte = cursor.peek()
      if (byte === LIST_END) return this.#ended(list)
      if (byte !== COMMA) return undefined
      cursor.at++
    }
  }
}
