import { Decimal } from '../../src/data/decimal.ts'
import {
  dateBuilder,
  decimalBuilder,
  timeBuilder,
  timestampBuilder,
} from '../../src/data/logical.ts'
import type { Schema } from '../../src/data/schema.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import { STRING_SCHEMA } from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import type { ConnectValue } from '../../src/data/value.ts'

const DAY_MS = 86_400_000
const letters = ['a', 'Z', '0', ' ', '"', '\\', '\n', 'é', 'ß', '漢', '😀', '\u0000']

/** Makes schemas, and values of them. Numbers with a fraction are those that all versions of Java print alike. */
export class RandomData {
  readonly #random: () => number
  #names = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** A struct with fields of all kinds, nested up to `depth`. */
  struct(depth: number): Schema {
    const builder = SchemaBuilder.struct().name(`com.example.r${this.#names % 3}.R${this.#names++}`)
    const count = 1 + this.#below(6)
    for (let index = 0; index < count; index++) builder.field(`f${index}`, this.#schema(depth - 1))
    return builder.build()
  }

  value(schema: Schema): ConnectValue {
    if (schema.optional && this.#random() < 0.3) return null
    switch (schema.type) {
      case 'BOOLEAN':
        return this.#random() < 0.5
      case 'INT8':
        return this.#integer(8)
      case 'INT16':
        return this.#integer(16)
      case 'INT32':
        return this.#int32(schema)
      case 'INT64':
        return this.#int64(schema)
      case 'FLOAT32':
        return this.#integer(20) / 8
      case 'FLOAT64':
        return this.#integer(40) / 64
      case 'STRING':
        return this.#text()
      case 'BYTES':
        return this.#bytes(schema)
      case 'ARRAY':
        return this.#list(schema.valueSchema as Schema)
      case 'MAP':
        return this.#map(schema)
      case 'STRUCT':
        return this.#structValue(schema)
    }
  }

  #schema(depth: number): Schema {
    const builder = depth > 0 && this.#random() < 0.4 ? this.#nested(depth) : this.#simple()
    if (this.#random() < 0.2) builder.doc(this.#text())
    if (this.#random() < 0.2) builder.parameter('p', this.#text())
    if (this.#random() < 0.4) builder.optional()
    const isNamed = builder.build().name !== null
    if (!isNamed && this.#random() < 0.3) builder.defaultValue(this.value(builder.build()))
    return builder.build()
  }

  #simple(): SchemaBuilder {
    const makers: readonly (() => SchemaBuilder)[] = [
      SchemaBuilder.bool,
      SchemaBuilder.int8,
      SchemaBuilder.int16,
      SchemaBuilder.int32,
      SchemaBuilder.int64,
      SchemaBuilder.float32,
      SchemaBuilder.float64,
      SchemaBuilder.string,
      SchemaBuilder.bytes,
      dateBuilder,
      timeBuilder,
      timestampBuilder,
      () => decimalBuilder(this.#below(10)),
    ]
    return (makers[this.#below(makers.length)] ?? SchemaBuilder.bool)()
  }

  #nested(depth: number): SchemaBuilder {
    switch (this.#below(3)) {
      case 0:
        return SchemaBuilder.array(this.#schema(depth - 1))
      case 1:
        return SchemaBuilder.map(STRING_SCHEMA, this.#schema(depth - 1))
      default: {
        const { name, fields } = this.struct(depth - 1)
        const builder = SchemaBuilder.struct().name(name)
        for (const field of fields) builder.field(field.name, field.schema)
        return builder
      }
    }
  }

  #int32({ name }: Schema): ConnectValue {
    if (name?.endsWith('.Date')) return new Date(this.#integer(20) * DAY_MS)
    return name?.endsWith('.Time') ? new Date(this.#below(DAY_MS)) : this.#integer(32)
  }

  #int64({ name }: Schema): ConnectValue {
    if (name !== null) return new Date(this.#integer(43))
    const bits = BigInt(1 + this.#below(64))
    const high = BigInt(Math.floor(this.#random() * 2 ** 32)) << 32n
    return BigInt.asIntN(Number(bits), high | BigInt(Math.floor(this.#random() * 2 ** 32)))
  }

  #bytes({ name, parameters }: Schema): ConnectValue {
    const bytes = Uint8Array.from({ length: this.#below(40) }, () => this.#below(256))
    if (name === null) return bytes
    return new Decimal(BigInt(this.#integer(50)), Number(parameters?.get('scale')))
  }

  #list(schema: Schema): ConnectValue {
    return Array.from({ length: this.#below(5) }, () => this.value(schema))
  }

  /** One entry at the most: others keep no order. */
  #map({ valueSchema }: Schema): ConnectValue {
    const map = new Map<ConnectValue, ConnectValue>()
    if (this.#random() < 0.7) map.set(this.#text(), this.value(valueSchema as Schema))
    return map
  }

  #structValue(schema: Schema): ConnectValue {
    const struct = new Struct(schema)
    for (const field of schema.fields) struct.put(field, this.value(field.schema))
    return struct
  }

  #text(): string {
    const length = this.#random() < 0.1 ? this.#below(300) : this.#below(30)
    const isPlain = this.#random() < 0.6
    return Array.from({ length }, () =>
      isPlain ? 'x' : (letters[this.#below(letters.length)] ?? ''),
    ).join('')
  }

  /** Of so many bits, often of fewer. */
  #integer(bits: number): number {
    const used = 1 + this.#below(bits)
    return Math.floor((this.#random() - 0.5) * 2 ** used)
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}
