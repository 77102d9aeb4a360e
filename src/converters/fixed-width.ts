import {
  ConnectError,
  type ConnectValue,
  type Converter,
  javaClassOf,
  OPTIONAL_BOOLEAN_SCHEMA,
  OPTIONAL_FLOAT32_SCHEMA,
  OPTIONAL_FLOAT64_SCHEMA,
  OPTIONAL_INT16_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  type Schema,
  schemaTypeOf,
} from '../sdk/index.ts'
import { bufferOf } from './bytes.ts'
import { defineBothConverters, defineConverterConfig } from './converter-config.ts'

const config = defineConverterConfig({})

/** A type whose values all have the same number of bytes, most significant first. */
interface FixedWidth {
  /** Simple name of the converter's class. */
  readonly name: string
  /** As messages call the type. */
  readonly word: string
  /** Class that messages name when bytes are too few or too many. */
  readonly deserializer: string
  readonly sizeBytes: number
  readonly schema: Schema
  write(bytes: Buffer, value: ConnectValue): void
  read(bytes: Buffer): ConnectValue
}

export const shortConverter = defineFixedWidth({
  name: 'ShortConverter',
  word: 'short',
  deserializer: 'ShortDeserializer',
  sizeBytes: 2,
  schema: OPTIONAL_INT16_SCHEMA,
  write: (bytes, value) => bytes.writeInt16BE(Number(value)),
  read: (bytes) => bytes.readInt16BE(),
})

export const integerConverter = defineFixedWidth({
  name: 'IntegerConverter',
  word: 'integer',
  deserializer: 'IntegerDeserializer',
  sizeBytes: 4,
  schema: OPTIONAL_INT32_SCHEMA,
  write: (bytes, value) => bytes.writeInt32BE(Number(value)),
  read: (bytes) => bytes.readInt32BE(),
})

export const longConverter = defineFixedWidth({
  name: 'LongConverter',
  word: 'long',
  deserializer: 'LongDeserializer',
  sizeBytes: 8,
  schema: OPTIONAL_INT64_SCHEMA,
  write: (bytes, value) => bytes.writeBigInt64BE(BigInt(value as number | bigint)),
  read: (bytes) => bytes.readBigInt64BE(),
})

export const floatConverter = defineFixedWidth({
  name: 'FloatConverter',
  word: 'float',
  deserializer: 'Deserializer',
  sizeBytes: 4,
  schema: OPTIONAL_FLOAT32_SCHEMA,
  write: (bytes, value) => bytes.writeFloatBE(Number(value)),
  read: (bytes) => bytes.readFloatBE(),
})

export const doubleConverter = defineFixedWidth({
  name: 'DoubleConverter',
  word: 'double',
  deserializer: 'Deserializer',
  sizeBytes: 8,
  schema: OPTIONAL_FLOAT64_SCHEMA,
  write: (bytes, value) => bytes.writeDoubleBE(Number(value)),
  read: (bytes) => bytes.readDoubleBE(),
})

function defineFixedWidth(width: FixedWidth) {
  return defineBothConverters(
    `org.apache.kafka.connect.converters.${width.name}`,
    config,
    (): Converter => ({
      fromConnectData: (_topic, _headers, schema, value) =>
        value === null ? null : bytesOf(width, schema, value),
      toConnectData: (_topic, _headers, bytes) => ({
        schema: width.schema,
        value: bytes === null ? null : width.read(checkedSize(width, bufferOf(bytes))),
      }),
    }),
  )
}

/** The schema given counts only for what a plain number stands for. */
function bytesOf(width: FixedWidth, schema: Schema | null, value: ConnectValue): Uint8Array {
  const declared = schema?.type ?? null
  if (schemaTypeOf(value, declared) !== width.schema.type) {
    throw new ConnectError(
      `Failed to serialize to ${width.word} (was class ${javaClassOf(value, declared)}): `,
      { code: 'DATA_INVALID' },
    )
  }
  const bytes = Buffer.allocUnsafe(width.sizeBytes)
  width.write(bytes, value)
  return bytes
}

function checkedSize({ word, deserializer, sizeBytes }: FixedWidth, bytes: Buffer): Buffer {
  if (bytes.length === sizeBytes) return bytes
  throw unreadable(word, `Size of data received by ${deserializer} is not ${sizeBytes}`)
}

function unreadable(word: string, problem: string): ConnectError {
  const cause = new ConnectError(problem, { code: 'SERIALIZATION' })
  return new ConnectError(`Failed to deserialize ${word}: `, { code: 'DATA_INVALID', cause })
}

/** One byte, 1 or 0. Unlike the others it looks at the schema. */
export const booleanConverter = defineBothConverters(
  'org.apache.kafka.connect.converters.BooleanConverter',
  config,
  (): Converter => ({
    fromConnectData(_topic, _headers, schema, value) {
      if (schema !== null && schema.type !== 'BOOLEAN') {
        throw new ConnectError(`Invalid schema type for BooleanConverter: ${schema.type}`, {
          code: 'DATA_INVALID',
        })
      }
      if (value === null) return null
      if (typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0)
      const javaClass = javaClassOf(value, schema?.type)
      throw new ConnectError(
        `BooleanConverter is not compatible with objects of type class ${javaClass}`,
        { code: 'DATA_INVALID' },
      )
    },
    toConnectData: (_topic, _headers, bytes) => ({
      schema: OPTIONAL_BOOLEAN_SCHEMA,
      value: bytes === null ? null : readBoolean(bytes),
    }),
  }),
)

function readBoolean(bytes: Uint8Array): boolean {
  const [byte] = bytes
  if (byte === undefined || bytes.length > 1) {
    throw unreadable('boolean', 'Size of data received by BooleanDeserializer is not 1')
  }
  if (byte > 1) {
    const signed = (byte << 24) >> 24
    throw unreadable('boolean', `Unexpected byte received by BooleanDeserializer: ${signed}`)
  }
  return byte === 1
}
