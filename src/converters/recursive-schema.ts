import { type Field, Schema, type SchemaParts } from '../sdk/index.ts'

/** A struct that contains itself: its fields are known once all of it has been read. */
export class RecursiveSchema extends Schema {
  readonly #fields: readonly Field[]
  #byName: ReadonlyMap<string, Field> | null = null

  /** @param fields Filled later. */
  constructor(parts: Omit<SchemaParts, 'type' | 'fields'>, fields: readonly Field[]) {
    super({ ...parts, type: 'STRUCT' })
    this.#fields = fields
  }

  override get fields(): readonly Field[] {
    return this.#fields
  }

  override field(name: string): Field | null {
    this.#byName ??= new Map(this.#fields.map((field) => [field.name, field]))
    return this.#byName.get(name) ?? null
  }

  /** Fields are compared by name: deeper there is no end. */
  override equals(other: unknown): boolean {
    if (this === other) return true
    if (!(other instanceof RecursiveSchema)) return false
    return (
      this.name === other.name &&
      this.optional === other.optional &&
      this.doc === other.doc &&
      String([...(this.parameters ?? [])]) === String([...(other.parameters ?? [])]) &&
      String(this.#fields.map(({ name }) => name)) === String(other.#fields.map(({ name }) => name))
    )
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && #byName in value
  }
}
