import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'

export interface PublisherDependencies {
  readonly clock: Clock
  readonly logger: Logger
  /** Has the leader take the tasks over. */
  deliver(name: string, tasks: readonly ConfigProps[]): Promise<void>
  /** Whether this worker still runs the connector. */
  isWanted(name: string): boolean
}

const DELAY_MIN_MS = 250
const DELAY_MAX_MS = 60_000

/** Brings new tasks to the leader, again and again until it has them; the newest ones only. */
export class TaskPublisher {
  readonly #deps: PublisherDependencies
  readonly #pending = new Map<string, readonly ConfigProps[]>()
  readonly #closing = new AbortController()
  #waiting = new AbortController()

  constructor(deps: PublisherDependencies) {
    this.#deps = deps
  }

  publish(name: string, tasks: readonly ConfigProps[]): void {
    const isUnderWay = this.#pending.has(name)
    this.#pending.set(name, tasks)
    if (!isUnderWay) void this.#deliver(name)
  }

  /** Does not wait any longer: another worker may lead now. */
  retry(): void {
    this.#waiting.abort()
    this.#waiting = new AbortController()
  }

  close(): void {
    this.#closing.abort()
  }

  async #deliver(name: string): Promise<void> {
    const { clock, logger, deliver, isWanted } = this.#deps
    for (let delayMs = DELAY_MIN_MS; ; delayMs = Math.min(delayMs * 2, DELAY_MAX_MS)) {
      const tasks = this.#pending.get(name)
      if (tasks === undefined || this.#closing.signal.aborted || !isWanted(name)) break
      try {
        await deliver(name, tasks)
        if (this.#pending.get(name) === tasks) break
        delayMs = DELAY_MIN_MS
      } catch (error) {
        logger
          .within(name)
          .warn(`New tasks can't be published: ${messageOf(error)}. Next try in ${delayMs} ms.`)
        const signals = [this.#waiting.signal, this.#closing.signal]
        await clock.sleep(delayMs, AbortSignal.any(signals))
      }
    }
    this.#pending.delete(name)
  }
}
