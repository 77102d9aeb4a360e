import { ConnectError } from '../base/errors.ts'
import { type Field, Schema, type SchemaType } from './schema.ts'
import { validateValue } from './validate.ts'
import type { ConnectValue } from './value.ts'

type Attribute = 'optional' | 'defaultValue' | 'name' | 'version' | 'doc'

/**
 * Builds a schema, required unless said otherwise. Each attribute can be set once.
 * Failures are ConnectError SCHEMA_BUILDER.
 */
export class SchemaBuilder {
  readonly #type: SchemaType
  readonly #keySchema: Schema | null
  readonly #valueSchema: Schema | null
  readonly #fields = new Map<string, Field>()
  readonly #attributes: { -readonly [A in Attribute]?: Schema[A] } = {}
  #parameters: Map<string, string> | null = null

  private constructor(
    type: SchemaType,
    valueSchema: Schema | null = null,
    keySchema: Schema | null = null,
  ) {
    this.#type = type
    this.#valueSchema = valueSchema
    this.#keySchema = keySchema
  }

  static type(type: SchemaType): SchemaBuilder {
    return new SchemaBuilder(type)
  }

  static int8(): SchemaBuilder {
    return new SchemaBuilder('INT8')
  }

  static int16(): SchemaBuilder {
    return new SchemaBuilder('INT16')
  }

  static int32(): SchemaBuilder {
    return new SchemaBuilder('INT32')
  }

  static int64(): SchemaBuilder {
    return new SchemaBuilder('INT64')
  }

  static float32(): SchemaBuilder {
    return new SchemaBuilder('FLOAT32')
  }

  static float64(): SchemaBuilder {
    return new SchemaBuilder('FLOAT64')
  }

  static bool(): SchemaBuilder {
    return new SchemaBuilder('BOOLEAN')
  }

  static string(): SchemaBuilder {
    return new SchemaBuilder('STRING')
  }

  static bytes(): SchemaBuilder {
    return new SchemaBuilder('BYTES')
  }

  static struct(): SchemaBuilder {
    return new SchemaBuilder('STRUCT')
  }

  static array(valueSchema: Schema): SchemaBuilder {
    return new SchemaBuilder('ARRAY', present(valueSchema, 'valueSchema'))
  }

  static map(keySchema: Schema, valueSchema: Schema): SchemaBuilder {
    const keys = present(keySchema, 'keySchema')
    return new SchemaBuilder('MAP', present(valueSchema, 'valueSchema'), keys)
  }

  /** As `array` and `map`, also where the schema of the elements is not known. */
  static container(
    type: 'ARRAY' | 'MAP',
    valueSchema: Schema | null,
    keySchema: Schema | null = null,
  ): SchemaBuilder {
    return new SchemaBuilder(type, valueSchema, keySchema)
  }

  optional(): this {
    return this.#set('optional', 'optional', true)
  }

  required(): this {
    return this.#set('optional', 'optional', false)
  }

  /** @param value Checked as the schema stands: call `optional` first for a null. */
  defaultValue(value: ConnectValue): this {
    this.#set('defaultValue', 'default', value)
    try {
      validateValue(this.#build(null), value)
    } catch (cause) {
      throw broken('Invalid default value', cause)
    }
    return this
  }

  name(name: string | null): this {
    return this.#set('name', 'name', name)
  }

  version(version: number | null): this {
    return this.#set('version', 'version', version)
  }

  doc(doc: string | null): this {
    return this.#set('doc', 'doc', doc)
  }

  parameter(name: string, value: string): this {
    this.#parameters ??= new Map()
    this.#parameters.set(name, value)
    return this
  }

  parameters(parameters: ReadonlyMap<string, string>): this {
    for (const [name, value] of parameters) this.parameter(name, value)
    return this
  }

  field(name: string, schema: Schema): this {
    if (this.#type !== 'STRUCT') throw broken(`Cannot create fields on type ${this.#type}`)
    if (!name) throw broken('fieldName cannot be null.')
    present(schema, `fieldSchema for field ${name}`)
    if (this.#fields.has(name)) {
      throw broken(`Cannot create field because of field name duplication ${name}`)
    }
    this.#fields.set(name, { name, index: this.#fields.size, schema })
    return this
  }

  build(): Schema {
    return this.#build(this.#attributes.defaultValue ?? null)
  }

  #build(defaultValue: ConnectValue): Schema {
    return new Schema({
      ...this.#attributes,
      type: this.#type,
      defaultValue,
      parameters: this.#parameters === null ? null : new Map(this.#parameters),
      fields: [...this.#fields.values()],
      keySchema: this.#keySchema,
      valueSchema: this.#valueSchema,
    })
  }

  #set<A extends Attribute>(attribute: A, label: string, value: Schema[A]): this {
    const before = this.#attributes[attribute] ?? null
    if (before !== null && !isSameObject(before, value)) {
      throw broken(`Invalid SchemaBuilder call: ${label} has already been set.`)
    }
    this.#attributes[attribute] = value
    return this
  }
}

/** Whether the reference, which compares objects, lets an attribute be set again. */
function isSameObject(before: ConnectValue, value: ConnectValue): boolean {
  if (before !== value || typeof value === 'string') return false
  return typeof value !== 'number' || (value >= -128 && value <= 127)
}

function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw broken(`${what} cannot be null.`)
  return value
}

function broken(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, {
    code: 'SCHEMA_BUILDER',
    ...(cause !== undefined && { cause }),
  })
}
