import type { Schema } from './schema.ts'
import type { ConnectValue } from './value.ts'

export interface Header {
  readonly key: string
  readonly schema: Schema | null
  readonly value: ConnectValue
}

/** Ordered headers of a record; keys may repeat. Never changes: every method returns new headers. */
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

  add(key: string, value: ConnectValue, schema: Schema | null = null): Headers {
    return new Headers([...this.#list, { key, schema, value }])
  }
}
