import {
  type ConfigProps,
  defineConfig,
  defineSourceConnector,
  SourceConnector,
  SourceRecord,
  SourceTask,
  STRING_SCHEMA,
  systemClock,
} from 'millrace/sdk'

const config = defineConfig({
  name: { type: 'string', importance: 'high', doc: '' },
  topic: { type: 'string', importance: 'high', doc: '' },
  number: { type: 'string', default: '', importance: 'high', doc: '' },
})

interface Settings {
  readonly name: string
  readonly topic: string
  readonly number: string
}

const PAUSE_MS = 100

class TickingConnector extends SourceConnector<Settings> {
  start(): void {}
  taskConfigs(tasksMax: number): readonly ConfigProps[] {
    const { props } = this.context
    return Array.from({ length: tasksMax }, (_, task) => ({ ...props, number: String(task) }))
  }
}

/** Each record tells the task, and the process that it runs in. */
class TickingTask extends SourceTask<Settings> {
  #settings: Settings | null = null

  start(settings: Settings): void {
    this.#settings = settings
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    await systemClock.sleep(PAUSE_MS, signal)
    if (this.#settings === null || signal.aborted) return null
    const { topic, name, number } = this.#settings
    const value = `${name}-${number} ${process.pid}`
    return [
      new SourceRecord({
        topic,
        valueSchema: STRING_SCHEMA,
        value,
        sourcePartition: { number },
        sourceOffset: { ticks: 1 },
      }),
    ]
  }
}

export const tickingSource = defineSourceConnector({
  class: 'org.acme.TickingConnector',
  taskClass: 'org.acme.TickingTask',
  version: '1.0.0',
  config,
  createConnector: () => new TickingConnector(),
  createTask: () => new TickingTask(),
})
