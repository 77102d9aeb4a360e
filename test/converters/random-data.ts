import {
  type ConnectValue,
  DATE_NAME,
  DECIMAL_NAME,
  Decimal,
  dateBuilder,
  decimalBuilder,
  type Schema,
  SchemaBuilder,
  type SchemaType,
  Struct,
  TIME_NAME,
  TIMESTAMP_NAME,
  timeBuilder,
  timestampBuilder,
} from '../../src/sdk/index.ts'
import type { Random } from '../fuzz/random.ts'

export interface RandomDataOptions {
  /** Probability of a schema to be optional, and of a value of such a schema to be null. */
  readonly nulls: number
  readonly fieldNames: readonly string[]
  /** Whether lists and maps may be in lists, and lists in maps. */
  readonly nestsLists: boolean
}

const simple = [
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FLOAT32',
  'FLOAT64',
  'BOOLEAN',
  'STRING',
  'BYTES',
] as const
const keys = ['INT32', 'INT64', 'BOOLEAN', 'STRING'] as const
const DECIMAL_SCALE = 3

/** Schemas of structs, and values of them. */
export class RandomData {
  readonly #random: Random
  readonly #options: RandomDataOptions
  #structs = 0

  constructor(random: Random, options: RandomDataOptions) {
    this.#random = random
    this.#options = options
  }

  struct(depth = 0): Schema {
    const builder = SchemaBuilder.struct().name(`a.S${++this.#structs}`)
    const names = this.#options.fieldNames.filter(() => this.#random.chance(0.6))
    for (const name of names) builder.field(name, this.#schema(depth + 1, true))
    return this.#finished(builder)
  }

  #schema(depth: number, mayNest: boolean): Schema {
    const choice = this.#random.below(depth > 3 ? 2 : 5)
    if (choice === 2) return this.struct(depth)
    if (choice === 3 && mayNest) return this.#finished(SchemaBuilder.array(this.#element(depth)))
    if (choice === 4 && mayNest) {
      const key = SchemaBuilder.type(this.#random.pick(keys)).build()
      return this.#finished(SchemaBuilder.map(key, this.#element(depth)))
    }
    return this.#finished(
      choice === 1 ? this.#logical() : SchemaBuilder.type(this.#random.pick(simple)),
    )
  }

  #element(depth: number): Schema {
    return this.#schema(depth + 1, this.#options.nestsLists)
  }

  #logical(): SchemaBuilder {
    const make = this.#random.pick([dateBuilder, timeBuilder, timestampBuilder, null])
    return make === null ? decimalBuilder(DECIMAL_SCALE) : make()
  }

  #finished(builder: SchemaBuilder): Schema {
    if (this.#random.chance(this.#options.nulls)) builder.optional()
    if (this.#random.chance(0.1)) builder.doc('what it "is"')
    return builder.build()
  }

  valueOf(schema: Schema): ConnectValue {
    if (schema.optional && this.#random.chance(this.#options.nulls)) return null
    if (schema.name !== null && schema.type !== 'STRUCT') return this.#logicalValue(schema.name)
    switch (schema.type) {
      case 'STRUCT': {
        const struct = new Struct(schema)
        for (const field of schema.fields) struct.put(field, this.valueOf(field.schema))
        return struct
      }
      case 'ARRAY':
        return this.#random.list(0, 3, () => this.valueOf(schema.valueSchema as Schema))
      case 'MAP':
        return new Map(
          this.#random.list(0, 3, () => [
            this.valueOf(schema.keySchema as Schema),
            this.valueOf(schema.valueSchema as Schema),
          ]),
        )
      default:
        return this.#simpleValue(schema.type)
    }
  }

  #simpleValue(type: SchemaType): ConnectValue {
    switch (type) {
      case 'BOOLEAN':
        return this.#random.chance(0.5)
      case 'STRING':
        return this.#random.pick(['', 'a', 'Zoë', '😀\u0000"\\', 'x'.repeat(200)])
      case 'BYTES':
        return Uint8Array.from(this.#random.list(0, 5, () => this.#random.below(256)))
      case 'FLOAT32':
        return Math.fround(this.#random.next() * 1000 - 500)
      case 'FLOAT64':
        return this.#random.pick([0, 1, -1.5, 1e300, 5e-324, this.#random.next()])
      case 'INT64':
        return BigInt.asIntN(64, this.#long())
      default:
        return this.#integer(Number(type.slice('INT'.length)))
    }
  }

  #integer(bits: number): number {
    return Number(BigInt.asIntN(bits, this.#long()))
  }

  #long(): bigint {
    const bits = BigInt(Math.floor(this.#random.next() * 2 ** 32))
    return this.#random.chance(0.3) ? bits & 3n : (bits << 32n) ^ (bits * 7n)
  }

  #logicalValue(name: string): ConnectValue {
    switch (name) {
      case DECIMAL_NAME:
        return new Decimal(this.#long(), DECIMAL_SCALE)
      case DATE_NAME:
        return new Date((this.#random.below(100_000) - 20_000) * 86_400_000)
      case TIME_NAME:
        return new Date(this.#random.below(86_400_000))
      case TIMESTAMP_NAME:
        return new Date(Math.floor((this.#random.next() - 0.2) * 1e13))
      default:
        throw new TypeError(`no value of ${name}`)
    }
  }
}
