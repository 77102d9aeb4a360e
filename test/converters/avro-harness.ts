import type { TestContext } from 'node:test'
import type { ConfigProps } from '../../src/config/props.ts'
import { Headers } from '../../src/data/headers.ts'
import type { Schema, SchemaAndValue } from '../../src/data/schema.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import type { Converter } from '../../src/sdk/converter.ts'
import { whenReady } from '../../src/sdk/not-ready.ts'
import { FakeSchemaRegistry } from '../helpers/fake-schema-registry.ts'
import { createConverter } from './create.ts'

/** An Avro converter of values as a task has it, without the waiting. */
export class AvroHarness {
  readonly registry: FakeSchemaRegistry
  readonly converter: Converter

  constructor(registry: FakeSchemaRegistry, props: ConfigProps) {
    this.registry = registry
    this.converter = createConverter('AvroConverter', {
      'schema.registry.url': registry.url,
      'retries.wait.ms': '1',
      ...props,
    })
  }

  write(schema: Schema | null, value: ConnectValue, topic = 't'): Promise<Uint8Array | null> {
    return whenReady(() => this.converter.fromConnectData(topic, Headers.empty, schema, value))
  }

  read(bytes: Uint8Array | null, topic = 't'): Promise<SchemaAndValue> {
    return whenReady(() => this.converter.toConnectData(topic, Headers.empty, bytes))
  }

  async roundTrip(schema: Schema | null, value: ConnectValue): Promise<SchemaAndValue> {
    return this.read(await this.write(schema, value))
  }

  /** Data as another producer of a schema writes it. */
  framed(avro: unknown, data: readonly number[], topic = 't'): Uint8Array {
    const id = this.registry.add(`${topic}-value`, avro)
    return Uint8Array.from([0, 0, 0, 0, id, ...data])
  }
}

/** A converter with a registry of its own, both closed when the test is over. */
export async function startAvro(t: TestContext, props: ConfigProps = {}): Promise<AvroHarness> {
  const registry = await FakeSchemaRegistry.start()
  const harness = new AvroHarness(registry, props)
  t.after(async () => {
    harness.converter.close?.()
    await registry.stop()
  })
  return harness
}
