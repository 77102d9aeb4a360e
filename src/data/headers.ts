import { ConnectError } from '../base/errors.ts'
import { valuesEqual } from './equal.ts'
import { schemaTypeOf } from './java-type.ts'
import { logicalValueKind } from './logical-names.ts'
import { type Schema, type SchemaType, sameSchema } from './schema.ts'
import { Struct } from './struct.ts'
import { textOf } from './text.ts'
import type { ConnectValue } from './value.ts'

export interface Header {
  readonly key: string
  readonly schema: Schema | null
  readonly value: ConnectValue
}

/** Ordered headers of a record; keys may repeat. Never change: methods return new headers. */
export class Headers implements Iterable<Header> {
  static readonly empty = new Headers([])
  readonly #list: readonly Header[]

  constructor(list: readonly Header[]) {
    this.#list = list
  }

  get size(): number {
    return this.#list.length
  }

  [Symbol.iterator](): Iterator<Header> {
    return this.#list[Symbol.iterator]()
  }

  lastWithName(key: string): Header | null {
    return this.#list.findLast((header) => header.key === key) ?? null
  }

  allWithName(key: string): readonly Header[] {
    return this.#list.filter((header) => header.key === key)
  }

  /** @throws ConnectError DATA_INVALID when the value is not one of the schema. */
  add(key: string, value: ConnectValue, schema: Schema | null = null): Headers {
    requireKey(key, 'Null header keys are not permitted')
    requireFit(value, schema)
    return this.#with({ key, value, schema: schema ?? ownSchema(value) })
  }

  /** @param schema An ARRAY. */
  addList(key: string, value: readonly ConnectValue[] | null, schema: Schema): Headers {
    if (value === null) return this.add(key, null)
    requireType(schema, 'ARRAY')
    return this.add(key, value, schema)
  }

  /** @param schema A MAP. */
  addMap(
    key: string,
    value: ReadonlyMap<ConnectValue, ConnectValue> | null,
    schema: Schema,
  ): Headers {
    if (value === null) return this.add(key, null)
    requireType(schema, 'MAP')
    return this.add(key, value, schema)
  }

  /** Without the headers of this key. */
  remove(key: string): Headers {
    requireKey(key, 'Header key cannot be null')
    return this.#filter((header) => header.key !== key)
  }

  /** Without all but the last header of `key`; of each key when none is given. */
  retainLatest(key?: string): Headers {
    const last = new Map(this.#list.map((header) => [header.key, header]))
    return this.#filter(
      (header) => (key !== undefined && header.key !== key) || last.get(header.key) === header,
    )
  }

  /**
   * Each header replaced by what `change` makes of it; null leaves it out.
   * @param key Only headers of this key; all when not given.
   */
  apply(change: (header: Header) => Header | null, key?: string): Headers {
    if (this.size === 0) return this
    const list = this.#list.flatMap((header) => {
      if (key !== undefined && header.key !== key) return [header]
      const changed = change(header)
      return changed === null ? [] : [changed]
    })
    return new Headers(list)
  }

  equals(other: unknown): boolean {
    if (!(other instanceof Headers) || other.size !== this.size) return false
    const others = [...other]
    return this.#list.every((header, index) => sameHeader(header, others[index]))
  }

  toString(): string {
    if (this === Headers.empty) return 'ConnectHeaders(headers=)'
    return `ConnectHeaders(headers=[${this.#list.map(headerText).join(', ')}])`
  }

  #with(header: Header): Headers {
    return new Headers([...this.#list, header])
  }

  #filter(keep: (header: Header) => boolean): Headers {
    const list = this.#list.filter(keep)
    return list.length === this.size ? this : new Headers(list)
  }
}

function headerText({ key, value, schema }: Header): string {
  return `ConnectHeader(key=${key}, value=${textOf(value, schema)}, schema=${schema})`
}

function sameHeader(a: Header, b: Header | undefined): boolean {
  return (
    b !== undefined &&
    a.key === b.key &&
    sameSchema(a.schema, b.schema) &&
    valuesEqual(a.value, b.value)
  )
}

function ownSchema(value: ConnectValue): Schema | null {
  return value instanceof Struct ? value.schema : null
}

function requireKey(key: unknown, message: string): void {
  if (typeof key !== 'string') throw new TypeError(message)
}

function requireType(schema: Schema, type: SchemaType): void {
  if (schema.type !== type) throw invalid(`Expecting ${type} but instead found ${schema.type}`)
}

function requireFit(value: ConnectValue, schema: Schema | null): void {
  if (schema === null) return
  if (value === null) {
    if (schema.optional) return
    throw invalid(`A null value requires an optional schema but was ${schema}`)
  }
  if (!fits(value, schema)) {
    const text = textOf(value, schema)
    throw invalid(`The value ${text} is not compatible with the schema ${schema}`)
  }
}

/** Looser than validation: encoded forms of logical types pass, elements are not looked at. */
function fits(value: ConnectValue, schema: Schema): boolean {
  if (schema.type === 'INT64' && typeof value === 'number') return false
  if (schemaTypeOf(value, schema.type) === schema.type) return true
  return logicalValueKind(schema.name)?.(value) ?? false
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
