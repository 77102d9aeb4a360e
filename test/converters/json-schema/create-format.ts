import { parseConfig } from '../../../src/config/parse.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { jsonSchemaConfig } from '../../../src/converters/json-schema/json-schema-config.ts'
import { jsonSchemaFormat } from '../../../src/converters/json-schema/json-schema-format.ts'
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

/** The JSON Schema format as `props` configure it, without a registry. */
export function createFormat(props: ConfigProps = {}): RegistryFormat {
  const given = { 'converter.type': 'value', 'schema.registry.url': 'http://unused', ...props }
  return jsonSchemaFormat(parseConfig(jsonSchemaConfig, given))
}

/** A schema as a registry would give it. */
export function stored(
  schema: unknown,
  imports: Readonly<Record<string, unknown>> = {},
): CompleteSchema {
  const textOf = (content: unknown) =>
    typeof content === 'string' ? content : JSON.stringify(content)
  const referred = Object.entries(imports).map(([name, content], index) => ({
    name,
    id: index + 100,
    version: 1,
    language: 'JSON' as const,
    text: textOf(content),
    references: [],
  }))
  const references = referred.map(({ name }) => ({ name, subject: name, version: 1 }))
  return { id: 1, version: 1, language: 'JSON', text: textOf(schema), references, referred }
}

/**
 * The JSON that a value is written as.
 * @param target The schema of the registry to write with; that of the value unless given.
 */
export function encode(
  format: RegistryFormat,
  schema: Schema,
  value: ConnectValue,
  target?: CompleteSchema,
): string {
  const out = new ByteWriter()
  const defined = format.define(schema)
  format.writer(schema, defined, target ?? stored(defined.text))(out, value)
  return out.bytes.toString('utf8', 0, out.length)
}

export function decode(
  format: RegistryFormat,
  schema: CompleteSchema,
  json: string,
): SchemaAndValue {
  const bytes = Buffer.from(json)
  return format.reader(schema, null, null)(bytes, 0, bytes.length)
}
