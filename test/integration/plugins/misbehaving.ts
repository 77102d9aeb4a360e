import { appendFileSync, readFileSync } from 'node:fs'
import {
  type ConfigProps,
  type ConfigReport,
  defineConfig,
  defineSourceConnector,
  SourceConnector,
  SourceRecord,
  SourceTask,
  systemClock,
} from 'millrace/sdk'

const text = { type: 'string', importance: 'high', doc: '' } as const
const config = defineConfig({ topic: text, does: { ...text, default: 'ticks' }, log: text })

interface Settings {
  readonly topic: string
  /** What the task does in its third poll, or what a method of the connector does; else `ticks`. */
  readonly does: string
  /** File that gets a line for each start. */
  readonly log: string
}

class MisbehavingConnector extends SourceConnector<Settings> {
  start(): void {}
  taskConfigs(tasksMax: number): readonly ConfigProps[] {
    const { props } = this.context
    return Array.from({ length: tasksMax }, () => props)
  }

  override async validate(props: ConfigProps, report: ConfigReport): Promise<ConfigReport> {
    if (props['does'] === 'awaits in validate') await new Promise(() => {})
    misbehave(props['does'], 'in validate')
    return report
  }

  override alterOffsets(props: ConfigProps): boolean {
    misbehave(props['does'], 'in alterOffsets')
    return true
  }
}

function misbehave(does: string | null | undefined, where: string): void {
  if (does === `loops ${where}`) for (;;) Math.sqrt(2)
  if (does === `waits ${where}`) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** A record every 50 ms, until it misbehaves. */
class MisbehavingTask extends SourceTask<Settings> {
  #settings: Settings = { topic: '', does: '', log: '' }
  #polls = 0
  readonly #kept: unknown[] = []

  start(settings: Settings): void {
    this.#settings = settings
    this.context.log.debug(`told at level DEBUG: ${settings.topic}`)
    appendFileSync(settings.log, `${settings.topic}\n`)
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[]> {
    const { topic, does } = this.#settings
    if (++this.#polls === 3) this.#misbehave(does, 'in poll')
    if (does === 'fills its memory') this.#fill()
    await systemClock.sleep(50, does === 'ignores its stop' ? undefined : signal)
    if (this.#polls === 3) this.#misbehave(does, 'after an await')
    if (does === 'ignores its stop') await new Promise(() => {})
    this.context.log.debug(`polled at level DEBUG: ${topic}`)
    return [
      new SourceRecord({ topic, value: 'tick', sourcePartition: {}, sourceOffset: { polls: 1 } }),
    ]
  }

  /** By and by: one that does so at once may hold up its thread for too long before it is full. */
  #fill(): void {
    for (let count = 0; count < 10; count++) this.#kept.push(new Array(100_000).fill(count))
  }

  #misbehave(does: string, where: string): void {
    misbehave(does, where)
    if (does === 'exits') process.exit(1)
    if (does === `opens a pipe ${where}`) {
      const { log } = this.#settings
      appendFileSync(log, 'opens a pipe\n')
      // Native code that only a writer would end.
      readFileSync(`${log}.pipe`)
    }
  }
}

export const misbehaving = defineSourceConnector({
  class: 'org.acme.MisbehavingConnector',
  taskClass: 'org.acme.MisbehavingTask',
  version: '1.0.0',
  config,
  createConnector: () => new MisbehavingConnector(),
  createTask: () => new MisbehavingTask(),
})
