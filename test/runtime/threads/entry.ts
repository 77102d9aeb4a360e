import { execFileSync } from 'node:child_process'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../../src/base/clock.ts'
import { ConnectError } from '../../../src/base/errors.ts'
import { defineConfig } from '../../../src/config/definition.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { SourceRecord } from '../../../src/data/record.ts'
import type { KafkaClients } from '../../../src/kafka/client.ts'
import { createPluginRegistry } from '../../../src/runtime/plugin-registry.ts'
import { runTaskThread } from '../../../src/runtime/threads/task-thread.ts'
import type { ThreadStart } from '../../../src/runtime/threads/thread-messages.ts'
import { SourceConnector } from '../../../src/sdk/connector.ts'
import {
  defineConverter,
  defineHeaderConverter,
  defineSourceConnector,
} from '../../../src/sdk/plugin.ts'
import { SourceTask } from '../../../src/sdk/source-task.ts'
import { FakeProducer } from '../fakes.ts'
import { textConverter, textConverters } from '../source-harness.ts'

/** A thread with one source connector and a Kafka that takes everything; `does` says what it does. */
const config = defineConfig({
  does: { type: 'string', default: 'ticks', importance: 'low', doc: '' },
})

class TestConnector extends SourceConnector<{ readonly does: string }> {
  #does = ''

  start({ does }: { readonly does: string }): void {
    this.#does = does
  }

  taskConfigs(): readonly ConfigProps[] {
    if (this.#does !== 'refuses') return [{ does: this.#does }]
    throw new ConnectError('no tasks today', {
      code: 'DATA_INVALID',
      cause: new RangeError('too many'),
    })
  }
}

class TestTask extends SourceTask<{ readonly does: string }> {
  #does = ''
  #position: bigint = 0n

  async start({ does }: { readonly does: string }): Promise<void> {
    this.#does = does
    if (does === 'loops at once') for (;;) Math.sqrt(2)
    const stored = await this.context.offsets.offset({ file: 'a' })
    this.#position = stored === null ? 0n : (stored['position'] as bigint)
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[]> {
    await systemClock.sleep(20, signal)
    if (this.#does === 'waits natively') {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    }
    if (this.#does === 'runs another program') execFileSync('sleep', ['2.5'])
    this.#position++
    const offset = { sourcePartition: { file: 'a' }, sourceOffset: { position: this.#position } }
    return [new SourceRecord({ topic: 't', value: 'tick', ...offset })]
  }
}

/** What a thread is asked beside connectors and tasks. */
const calls = {
  async echo(text: string, onStage: (stage: string) => void): Promise<string> {
    onStage(`echoing ${text}`)
    await systemClock.sleep(text === 'slowly' ? 700 : 0)
    return text
  },
  refuse(): void {
    throw new ConnectError('not today', { code: 'DATA_INVALID' })
  },
  loop(onStage: (stage: string) => void): void {
    onStage('looping')
    for (;;) Math.sqrt(2)
  },
  hang(onStage: (stage: string) => void): Promise<never> {
    onStage('hanging')
    return new Promise(() => {})
  },
  async waitLater(): Promise<void> {
    await systemClock.sleep(20)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
}

const base = { version: '1', config }
const plugins = [
  defineSourceConnector({
    ...base,
    class: 'test.Source',
    taskClass: 'test.SourceTask',
    createConnector: () => new TestConnector(),
    createTask: () => new TestTask(),
  }),
  defineConverter({ ...base, class: 'test.Text', create: () => textConverter() }),
  defineHeaderConverter({
    ...base,
    class: 'test.Header',
    create: () => textConverters().header.converter,
  }),
]

if (parentPort === null) throw new TypeError('not in a thread')
runTaskThread(parentPort, workerData as ThreadStart, () => ({
  plugins: createPluginRegistry(
    plugins.map((plugin) => {
      const { kind, class: name, version } = plugin
      return { kind, class: name, version, location: 'classpath', load: async () => plugin }
    }),
  ),
  code: async () => calls,
  clients: {
    producer() {
      const producer = new FakeProducer()
      producer.autoAck = true
      return producer
    },
  } as unknown as KafkaClients,
}))
