import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import {
  type ConfigProps,
  type ConfigValues,
  defineConfig,
  defineSourceConnector,
  SourceConnector,
  SourceRecord,
  SourceTask,
  STRING_SCHEMA,
  systemClock,
} from 'millrace/sdk'

const config = defineConfig({
  topic: { type: 'string', importance: 'high', doc: 'Topic of all counters.' },
  'counters.file': { type: 'string', importance: 'high', doc: 'A line for each counter.' },
  journal: { type: 'string', importance: 'high', doc: 'File that tells when tasks come and go.' },
})

const taskConfig = defineConfig({
  topic: { type: 'string', importance: 'high', doc: '' },
  counter: { type: 'string', importance: 'high', doc: '' },
  journal: { type: 'string', importance: 'high', doc: '' },
})

const WATCH_MS = 100
const PAUSE_MS = 10
const BATCH_COUNT = 5

type CountingConfig = ConfigValues<typeof config>
type CounterConfig = ConfigValues<typeof taskConfig>

/** One task for each line of a file; asks for new tasks when the file changes. */
class CountingConnector extends SourceConnector<CountingConfig> {
  #watch: NodeJS.Timeout | undefined

  start(props: CountingConfig): void {
    const file = props['counters.file']
    let before = readFileSync(file, 'utf8')
    this.#watch = setInterval(() => {
      const now = readFileSync(file, 'utf8')
      if (now === before) return
      before = now
      void this.context.requestTaskReconfiguration()
    }, WATCH_MS)
  }

  taskConfigs(): readonly ConfigProps[] {
    const { topic = '', journal = '', 'counters.file': file = '' } = this.context.props
    const counters = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    return counters.map((counter) => ({ topic, journal, counter }))
  }

  override stop(): void {
    clearInterval(this.#watch)
  }
}

/** Counts from where it was. A counter that is named like a file fails while there is that file. */
class CountingTask extends SourceTask<CounterConfig> {
  #config: CounterConfig | null = null
  #next = 0
  /** What is behind it is in Kafka. */
  #delivered = 0

  async start(props: CounterConfig): Promise<void> {
    this.#config = props
    const offset = await this.context.offsets.offset({ counter: props.counter })
    this.#next = Number(offset?.['next'] ?? 0)
    this.#delivered = this.#next
    this.#note(`start ${props.counter} ${this.#next}`)
    if (existsSync(props.counter)) throw new Error(`${props.counter} is there`)
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    await systemClock.sleep(PAUSE_MS, signal)
    if (this.#config === null || signal.aborted) return null
    const { topic, counter } = this.#config
    return Array.from({ length: BATCH_COUNT }, () => {
      const value = `${counter} ${this.#next++}`
      return new SourceRecord({
        topic,
        valueSchema: STRING_SCHEMA,
        value,
        sourcePartition: { counter },
        sourceOffset: { next: this.#next },
      })
    })
  }

  override commitRecord({ sourceOffset }: SourceRecord): void {
    this.#delivered = Number(sourceOffset?.['next'])
  }

  override stop(): void {
    if (this.#config !== null) this.#note(`stop ${this.#config.counter} ${this.#delivered}`)
  }

  #note(line: string): void {
    if (this.#config !== null) appendFileSync(this.#config.journal, `${line}\n`)
  }
}

export const countingSource = defineSourceConnector({
  class: 'org.acme.CountingConnector',
  taskClass: 'org.acme.CountingTask',
  version: '1.0.0',
  config,
  taskConfig,
  createConnector: () => new CountingConnector(),
  createTask: () => new CountingTask(),
})
