import {
  type ConnectValue,
  dateBuilder,
  type Schema,
  SchemaBuilder,
  TIME_NAME,
  TIMESTAMP_NAME,
  timeBuilder,
  timestampBuilder,
} from '../../sdk/index.ts'
import { type AvroType, invalid, isObject } from './avro-type.ts'
import { annotatedNumbers } from './numbers.ts'
import type { Random } from './random.ts'
import { lengths, strings } from './strings.ts'
import { numberOf } from './values.ts'

/** The value for record number `record` (0, 1, ...): the same for the same random numbers. */
export type ValueSource = (random: Random, record: number) => ConnectValue

/** What a type becomes: a schema that its place completes, and values for that. */
export interface Parts {
  readonly builder: SchemaBuilder
  values(schema: Schema): ValueSource
}

export function primitive(type: AvroType): Parts {
  switch (type.type) {
    case 'boolean':
      return { builder: SchemaBuilder.bool(), values: () => booleans(type) }
    case 'string': {
      const texts = strings(type)
      return { builder: SchemaBuilder.string(), values: () => texts }
    }
    case 'bytes': {
      if (type.json['logicalType'] === 'decimal') {
        throw invalid(type.path, 'logicalType decimal is not supported')
      }
      const length = lengths(type)
      return {
        builder: SchemaBuilder.bytes(),
        values: () => (random) => bytes(random, length(random)),
      }
    }
    case 'fixed': {
      const size = Number(type.json['size'])
      return { builder: SchemaBuilder.bytes(), values: () => (random) => bytes(random, size) }
    }
    case 'null':
      throw invalid(type.path, 'null alone has no values')
    default:
      return numeric(type)
  }
}

function booleans(type: AvroType): ValueSource {
  const { iteration, odds } = type.args
  if (isObject(iteration)) {
    const first = iteration['start'] === true ? 0 : 1
    return (_random, number) => (number + first) % 2 === 0
  }
  const chance = typeof odds === 'number' ? odds : 0.5
  return (random) => random.unit() < chance
}

function bytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256))
}

function numeric(type: AvroType): Parts {
  const numbers = annotatedNumbers(type)
  return {
    builder: numberBuilder(type),
    values(schema) {
      if (numbers !== null) return (random, number) => numberOf(schema, numbers(random, number))
      if (schema.name !== null) return (random) => numberOf(schema, random.below(dateLimit(schema)))
      if (schema.type === 'INT64') return (random) => BigInt.asIntN(64, random.uint64())
      if (schema.type === 'INT32') return (random) => random.uint32() | 0
      return (random) => numberOf(schema, random.unit())
    },
  }
}

function numberBuilder(type: AvroType): SchemaBuilder {
  // Avro says that a logical type that is not known is as good as none.
  const logicalType = `${type.type}/${type.json['logicalType']}`
  if (logicalType === 'long/timestamp-millis') return timestampBuilder()
  if (logicalType === 'int/date') return dateBuilder()
  if (logicalType === 'int/time-millis') return timeBuilder()
  if (type.type === 'int') return SchemaBuilder.int32()
  if (type.type === 'long') return SchemaBuilder.int64()
  return type.type === 'float' ? SchemaBuilder.float32() : SchemaBuilder.float64()
}

/** Dates without a range lie in the thirty years after 1970, times within a day. */
function dateLimit({ name }: Schema): number {
  if (name === TIMESTAMP_NAME) return 30 * 365 * 86_400_000
  return name === TIME_NAME ? 86_400_000 : 30 * 365
}
