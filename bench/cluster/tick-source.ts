import {
  type ConfigProps,
  type ConfigValues,
  defineConfig,
  defineSourceConnector,
  SourceConnector,
  SourceRecord,
  SourceTask,
  systemClock,
} from 'millrace/sdk'

const text = { type: 'string', importance: 'high', doc: '' } as const
const config = defineConfig({
  name: text,
  topic: text,
  'interval.ms': { type: 'long', importance: 'high', doc: '' },
})

type Settings = ConfigValues<typeof config>

class TickSource extends SourceConnector<Settings> {
  start(): void {}

  taskConfigs(): readonly ConfigProps[] {
    return [this.context.props]
  }
}

/** A record at once, then one each interval; `TickSource.java` does the same. */
class TickTask extends SourceTask<Settings> {
  #settings: Settings = { name: '', topic: '', 'interval.ms': 0 }
  /** Of this start: the process, and when it was. */
  #start = ''
  #ticks = 0
  #dueMs = 0

  start(settings: Settings): void {
    this.#settings = settings
    this.#dueMs = Date.now()
    this.#start = `${process.pid} ${this.#dueMs}`
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    const waitMs = this.#dueMs - Date.now()
    if (waitMs > 0) await systemClock.sleep(waitMs, signal)
    if (signal.aborted) return null
    const { name, topic, 'interval.ms': intervalMs } = this.#settings
    const timestamp = Date.now()
    this.#dueMs = Math.max(this.#dueMs + intervalMs, timestamp)
    return [
      new SourceRecord({
        ...{ topic, key: name, value: this.#start, timestamp },
        ...{ sourcePartition: { name }, sourceOffset: { ticks: ++this.#ticks } },
      }),
    ]
  }
}

export const tickSource = defineSourceConnector({
  class: 'org.millrace.bench.TickSource',
  taskClass: 'org.millrace.bench.TickSource$TickTask',
  version: '1.0.0',
  config,
  createConnector: () => new TickSource(),
  createTask: () => new TickTask(),
})
