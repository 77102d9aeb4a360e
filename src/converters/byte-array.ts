import { ConnectError, type Converter, javaClassOf, OPTIONAL_BYTES_SCHEMA } from '../sdk/index.ts'
import { defineBothConverters, defineConverterConfig } from './converter-config.ts'

/** Bytes as they are. */
export const byteArrayConverter = defineBothConverters(
  'org.apache.kafka.connect.converters.ByteArrayConverter',
  defineConverterConfig({}),
  (): Converter => ({
    fromConnectData(_topic, _headers, schema, value) {
      if (schema !== null && schema.type !== 'BYTES') {
        throw unfit(`Invalid schema type for ByteArrayConverter: ${schema.type}`)
      }
      if (value === null || value instanceof Uint8Array) return value
      const javaClass = javaClassOf(value, schema?.type)
      throw unfit(`ByteArrayConverter is not compatible with objects of type class ${javaClass}`)
    },
    toConnectData: (_topic, _headers, bytes) => ({
      schema: OPTIONAL_BYTES_SCHEMA,
      value: bytes === null ? null : new Uint8Array(bytes),
    }),
  }),
)

function unfit(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
