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
  topic: { type: 'string', importance: 'high', doc: 'Topic of all rounds.' },
  answer: {
    type: 'string',
    default: 'supported',
    importance: 'low',
    doc: 'What the connector says of exactly once.',
  },
})

type RoundsConfig = ConfigValues<typeof config>

const PAUSE_MS = 20
const names = ['a', 'b', 'c'] as const

class RoundsConnector extends SourceConnector<RoundsConfig> {
  start(): void {}

  taskConfigs(): readonly ConfigProps[] {
    return [this.context.props]
  }

  override exactlyOnceSupport({ answer }: RoundsConfig): 'supported' | 'unsupported' | null {
    return answer === 'supported' || answer === 'unsupported' ? answer : null
  }

  override canDefineTransactionBoundaries(): 'supported' {
    return 'supported'
  }
}

/** Three records in each round, in two polls and one transaction; every third round is given up. */
class RoundsTask extends SourceTask<RoundsConfig> {
  #topic = ''
  #round = 0
  #isSecondPoll: boolean = false

  async start({ topic }: RoundsConfig): Promise<void> {
    this.#topic = topic
    const offset = await this.context.offsets.offset({})
    this.#round = Number(offset?.['round'] ?? 0)
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    await systemClock.sleep(PAUSE_MS, signal)
    if (signal.aborted) return null
    this.#isSecondPoll = !this.#isSecondPoll
    if (this.#isSecondPoll) return names.slice(0, 2).map((name) => this.#record(name))
    const last = this.#record('c')
    const isGivenUp = this.#round++ % 3 === 1
    if (isGivenUp) this.context.transactions?.abortTransaction(last)
    else this.context.transactions?.commitTransaction()
    return [last]
  }

  #record(name: string): SourceRecord {
    return new SourceRecord({
      topic: this.#topic,
      valueSchema: STRING_SCHEMA,
      value: `${this.#round}${name}`,
      sourcePartition: {},
      sourceOffset: { round: this.#round + (name === 'c' ? 1 : 0) },
    })
  }
}

export const roundsSource = defineSourceConnector({
  class: 'org.acme.RoundsConnector',
  taskClass: 'org.acme.RoundsTask',
  version: '1.0.0',
  config,
  createConnector: () => new RoundsConnector(),
  createTask: () => new RoundsTask(),
})
