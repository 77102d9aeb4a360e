import {
  BYTES_SCHEMA,
  type ConnectValue,
  connectVersion,
  decodeUtf8,
  defineConfig,
  defineHeaderConverter,
  type HeaderConverter,
  parseValueText,
  type Schema,
  type SchemaAndValue,
  valueText,
  wellFormed,
} from '../sdk/index.ts'
import { bufferOf } from './bytes.ts'

/** Header values as text that shows their type: `true`, `1.5`, `["a","b"]`, `2019-08-23`. */
export const simpleHeaderConverter = defineHeaderConverter({
  class: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  version: connectVersion,
  config: defineConfig({}),
  create: (): HeaderConverter => ({ fromConnectHeader, toConnectHeader }),
})

function fromConnectHeader(
  _topic: string,
  _key: string,
  schema: Schema | null,
  value: ConnectValue,
): Uint8Array | null {
  const text = valueText(value, schema)
  return text === null ? null : Buffer.from(wellFormed(text))
}

function toConnectHeader(_topic: string, _key: string, bytes: Uint8Array | null): SchemaAndValue {
  if (bytes === null) return { schema: null, value: null }
  try {
    return parseValueText(decodeUtf8(bufferOf(bytes)))
  } catch {
    // Text that can't be parsed at all, such as thousands of nested brackets, stays bytes.
    return { schema: BYTES_SCHEMA, value: new Uint8Array(bytes) }
  }
}
