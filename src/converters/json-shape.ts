import type { ConnectObject, ConnectValue } from '../sdk/index.ts'
import { JsonLead } from './json-lead.ts'
import { compiledObjectMaker, type MakeObject, objectOf } from './object-maker.ts'

/** Of a reader or writer, so that keys which never come again cost no memory. */
const KEYS_MAX = 512
/** Keys that come behind the same ones; each is tried. */
const FOLLOWERS_MAX = 16

/** Objects made before a function of their own is worth its compilation. */
const COMPILED_AFTER = 100

/** What the values at one place of records have looked like. */
export class JsonShape {
  /** Of objects, before their first key. */
  readonly start: JsonKeys = new JsonKeys(null, '', JsonLead.none, this)
  #elements: JsonShape | null = null

  /** Of the elements, where lists stand in its place. */
  get elements(): JsonShape {
    this.#elements ??= new JsonShape()
    return this.#elements
  }
}

/** The keys that objects have begun with, in their order, and those that have come next. */
export class JsonKeys {
  readonly #before: JsonKeys | null
  /** The last of them. */
  readonly key: string
  readonly lead: JsonLead
  /** Of the values at the last key. */
  readonly shape: JsonShape
  /** With the key that came next the last time. */
  next: JsonKeys | null = null
  readonly followers: JsonKeys[] = []
  #make: MakeObject | null = null
  #objects = 0

  constructor(before: JsonKeys | null, key: string, lead: JsonLead, shape: JsonShape) {
    this.#before = before
    this.key = key
    this.lead = lead
    this.shape = shape
  }

  get isStart(): boolean {
    return this.#before === null
  }

  /** The object with these keys and as many values. */
  objectOf(values: readonly ConnectValue[]): ConnectObject {
    return this.#make === null ? this.#firstObject(values) : this.#make(values)
  }

  #firstObject(values: readonly ConnectValue[]): ConnectObject {
    const keys = this.all()
    if (++this.#objects === COMPILED_AFTER) this.#make = compiledObjectMaker(keys)
    return objectOf(keys, values)
  }

  all(): string[] {
    const keys: string[] = []
    for (let each: JsonKeys = this; each.#before !== null; each = each.#before) keys.push(each.key)
    return keys.reverse()
  }
}

/** All that a reader or writer has learned. */
export class JsonShapes {
  readonly root = new JsonShape()
  /** Of values at keys that are not learned. */
  readonly others = new JsonShape()
  #keysLeft = KEYS_MAX

  /** @returns null for a key that is not to be learned. */
  learn(keys: JsonKeys, key: string, lead: Uint8Array): JsonKeys | null {
    if (this.#keysLeft === 0 || keys.followers.length === FOLLOWERS_MAX) return null
    if (lead.length > JsonLead.SIZE_MAX || key === '__proto__' || keys.all().includes(key))
      return null
    this.#keysLeft--
    keys.next = new JsonKeys(keys, key, new JsonLead(lead), new JsonShape())
    keys.followers.push(keys.next)
    return keys.next
  }
}
