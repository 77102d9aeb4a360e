import type { TestContext } from 'node:test'
import { parseConfig } from '../../src/config/parse.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import {
  type ConfigSpec,
  type ConnectValue,
  type ConverterPlugin,
  Headers,
  type Schema,
  type SchemaAndValue,
  whenReady,
} from '../../src/sdk/index.ts'

export interface TopicConverter {
  write(schema: Schema | null, value: ConnectValue): Promise<Uint8Array | null>
  read(bytes: Uint8Array | null): Promise<SchemaAndValue>
}

/** Writes and reads the values of one topic with a registry, until the test ends. */
export function startConverter<S extends ConfigSpec>(
  t: TestContext,
  plugin: ConverterPlugin<S>,
  topic: string,
  props: ConfigProps,
): TopicConverter {
  const given = { 'converter.type': 'value', ...props }
  const converter = plugin.create(parseConfig(plugin.config, given), 'value', given)
  t.after(() => converter.close?.())
  return {
    write: (schema, value) =>
      whenReady(() => converter.fromConnectData(topic, Headers.empty, schema, value)),
    read: (bytes) => whenReady(() => converter.toConnectData(topic, Headers.empty, bytes)),
  }
}

/** Asks the registry itself; fails unless it does as asked. */
export async function askRegistry<T>(
  url: string,
  method: string,
  path: string,
  body: unknown = null,
): Promise<T> {
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: body === null ? null : JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
