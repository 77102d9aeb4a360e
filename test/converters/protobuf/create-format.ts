import { parseConfig } from '../../../src/config/parse.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { protobufConfig } from '../../../src/converters/protobuf/protobuf-config.ts'
import { protobufFormat } from '../../../src/converters/protobuf/protobuf-format.ts'
import type {
  CompleteSchema,
  RegistryFormat,
} from '../../../src/converters/registry/registry-format.ts'
import {
  ByteWriter,
  type ConnectValue,
  type Schema,
  type SchemaAndValue,
} from '../../../src/sdk/index.ts'

/** The Protobuf format as `props` configure it, without a registry. */
export function createFormat(props: ConfigProps = {}): RegistryFormat {
  const given = { 'converter.type': 'value', 'schema.registry.url': 'http://unused', ...props }
  return protobufFormat(parseConfig(protobufConfig, given))
}

/** A schema as a registry would give it. */
export function stored(
  text: string,
  imports: Readonly<Record<string, string>> = {},
): CompleteSchema {
  const referred = Object.entries(imports).map(([name, content], index) => ({
    name,
    id: index + 100,
    version: 1,
    language: 'PROTOBUF' as const,
    text: content,
    references: [],
  }))
  const references = referred.map(({ name }) => ({ name, subject: name, version: 1 }))
  return { id: 1, version: 1, language: 'PROTOBUF', text, references, referred }
}

/**
 * The bytes behind the registry's header: message indexes and message.
 * @param target The schema of the registry to write with; that of the value unless given.
 */
export function encode(
  format: RegistryFormat,
  schema: Schema,
  value: ConnectValue,
  target?: CompleteSchema,
): Buffer {
  const out = new ByteWriter()
  const defined = format.define(schema)
  format.writer(schema, defined, target ?? stored(defined.text))(out, value)
  return Buffer.from(out.bytes.subarray(0, out.length))
}

export function decode(format: RegistryFormat, text: string, bytes: Uint8Array): SchemaAndValue {
  const read = format.reader(stored(text), null, null)
  return read(Buffer.from(bytes), 0, bytes.length)
}
