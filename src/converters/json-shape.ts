import type { ConnectObject, ConnectValue } from '../sdk/index.ts'
import { JsonLead } from './json-lead.ts'
import { compiledObjectMaker, type MakeObject, objectOf } from './object-maker.ts'

/** Of a reader or writer, so that keys which never come again cost no memory. */
const FIELDS_MAX = 512
const FORMS_MAX = 512
/** Forms behind the same one. */
const FOLLOWERS_MAX = 16
const LEAD_BYTES_MAX = 256
/** Fields in a row that may well be left out. */
const LEFT_OUT_MAX = 2
/** Objects made before a function of their own is worth its compilation. */
const COMPILED_AFTER = 100

/** All that a reader or writer has learned of the records before. */
export class JsonShapes {
  readonly root = new JsonShape()
  /** Of values whose field is not learned. */
  readonly others = new JsonShape()
  #fieldsLeft = FIELDS_MAX
  #formsLeft = FORMS_MAX

  get hasAllFields(): boolean {
    return this.#fieldsLeft === 0
  }

  /**
   * @param name Tells the field from others at its place.
   * @returns null for a field that is not to be learned.
   */
  field(shape: JsonShape, name: string, key: string, lead: Uint8Array): JsonField | null {
    if (this.hasAllFields || key === '' || key === '__proto__') return null
    if (lead.length > LEAD_BYTES_MAX) return null
    this.#fieldsLeft--
    return shape.add(name, key, new JsonLead(lead))
  }

  hasAllFollowers(form: JsonForm): boolean {
    return this.#formsLeft === 0 || form.followers.length === FOLLOWERS_MAX
  }

  /** `form` with one field more; null when it has that field already. */
  follower(form: JsonForm, field: JsonField): JsonForm | null {
    if (form.has(field.key)) return null
    this.#formsLeft--
    const follower = new JsonForm(form, field)
    form.followers.push(follower)
    form.next = follower
    return follower
  }
}

/** What the values at one place of records have looked like. */
export class JsonShape {
  /** All that objects have had, in the order in which they came. */
  readonly fields: JsonField[] = []
  /** Of objects without fields. */
  readonly start = new JsonForm(null, { key: '', lead: JsonLead.none, index: -1, shape: this })
  readonly #byName = new Map<string, JsonField>()
  #elements: JsonShape | null = null

  /** Of the elements, where lists stand in its place. */
  get elements(): JsonShape {
    this.#elements ??= new JsonShape()
    return this.#elements
  }

  named(name: string): JsonField | null {
    return this.#byName.get(name) ?? null
  }

  /** The field at `index`, or one of the next few, that it is. */
  near(index: number, is: (field: JsonField) => boolean): JsonField | null {
    const end = Math.min(index + 1 + LEFT_OUT_MAX, this.fields.length)
    for (let at = index; at < end; at++) {
      const field = this.fields[at] as JsonField
      if (is(field)) return field
    }
    return null
  }

  add(name: string, key: string, lead: JsonLead): JsonField {
    const field = { key, lead, index: this.fields.length, shape: new JsonShape() }
    this.fields.push(field)
    this.#byName.set(name, field)
    return field
  }
}

/** A key that objects at one place have had. */
export interface JsonField {
  readonly key: string
  /** Bytes of its key and what stands around it. */
  readonly lead: JsonLead
  /** Among the fields of its shape. */
  readonly index: number
  /** Of its values. */
  readonly shape: JsonShape
}

/** Fields that objects at one place have begun with, in their order. */
export class JsonForm {
  readonly #keys: readonly string[]
  /** The last of them. */
  readonly field: JsonField
  readonly followers: JsonForm[] = []
  /** The follower of the object before. */
  next: JsonForm | null = null
  /** Makes the object with these fields and as many values. */
  make: MakeObject = (values) => this.#firstObject(values)
  #objects = 0

  constructor(before: JsonForm | null, field: JsonField) {
    this.#keys = before === null ? [] : [...before.#keys, field.key]
    this.field = field
  }

  has(key: string): boolean {
    return this.#keys.includes(key)
  }

  #firstObject(values: readonly ConnectValue[]): ConnectObject {
    if (++this.#objects === COMPILED_AFTER) this.make = compiledObjectMaker(this.#keys)
    return objectOf(this.#keys, values)
  }
}
