import { systemClock } from '../../src/base/clock.ts'
import type { Consumer, FetchedRecords } from '../../src/kafka/client.ts'
import { createKafkaClients } from '../../src/kafka/clients.ts'
import { silentLogger } from '../silent-logger.ts'

/** One record of a tick connector. */
interface Tick {
  readonly timeMs: number
  /** Process that ran the task. */
  readonly pid: number
  /** Tells starts of the task apart. */
  readonly start: string
}

/** Longest times in which tasks sent nothing, each in milliseconds. */
export interface Gaps {
  /** Of tasks that no other worker took over, and that did not start again. */
  readonly stayed: readonly number[]
  readonly moved: readonly number[]
}

/** Reads what the tick connectors send, and so knows which run, where, and since when. */
export class Ticks {
  readonly #consumer: Consumer
  readonly #all = new Map<string, Tick[]>()
  #lastStartMs = 0
  #isClosed: boolean
  /** Why nothing is read any more. */
  #failure: unknown = null
  readonly #following: Promise<void>

  /** @param topics With the number of partitions. */
  constructor(bootstrap: string, topics: ReadonlyMap<string, number>) {
    this.#isClosed = false
    const clients = createKafkaClients({ clock: systemClock, logger: silentLogger })
    this.#consumer = clients.consumer({ 'bootstrap.servers': bootstrap })
    this.#following = this.#follow(topics).catch((error: unknown) => {
      this.#failure = error
    })
  }

  /**
   * Connectors whose latest record came from one of these processes.
   * @throws what the broker answered, when it can't be read.
   */
  runningOn(pids: readonly number[]): number {
    if (this.#failure !== null) throw this.#failure
    let count = 0
    for (const ticks of this.#all.values()) {
      const last = ticks.at(-1)
      if (last !== undefined && pids.includes(last.pid)) count++
    }
    return count
  }

  /** Time of the record with which the last of the starts so far showed. */
  get lastStartMs(): number {
    return this.#lastStartMs
  }

  /** Time of the first record of a connector; null without any. */
  firstMs(name: string): number | null {
    return this.#all.get(name)?.[0]?.timeMs ?? null
  }

  gaps(names: readonly string[], fromMs: number): Gaps {
    const stayed: number[] = []
    const moved: number[] = []
    for (const name of names) {
      const ticks = this.#all.get(name) ?? []
      const from = ticks.findLastIndex(({ timeMs }) => timeMs <= fromMs)
      const seen = ticks.slice(Math.max(from, 0))
      const gap = Math.max(...seen.slice(1).map(({ timeMs }, n) => timeMs - (seen[n]?.timeMs ?? 0)))
      const isSame = seen.every(({ start }) => start === seen[0]?.start)
      if (Number.isFinite(gap)) (isSame ? stayed : moved).push(gap)
    }
    return { stayed, moved }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#consumer.wakeup()
    await this.#following
    await this.#consumer.close()
  }

  async #follow(topics: ReadonlyMap<string, number>): Promise<void> {
    const partitions = [...topics].flatMap(([topic, count]) =>
      Array.from({ length: count }, (_, partition) => ({ topic, partition })),
    )
    await this.#consumer.assign(partitions)
    await this.#consumer.seekToBeginning(partitions)
    while (!this.#isClosed) {
      for (const records of await this.#consumer.poll(1000)) this.#take(records)
    }
  }

  #take(records: FetchedRecords): void {
    const { count, bytes, keyStarts, keyEnds, valueStarts, valueEnds, timestamps } = records
    for (let n = 0; n < count; n++) {
      const name = bytes.toString('utf8', keyStarts[n], keyEnds[n])
      const start = bytes.toString('utf8', valueStarts[n], valueEnds[n])
      const timeMs = timestamps[n] ?? 0
      const ticks = this.#all.get(name) ?? []
      this.#all.set(name, ticks)
      if (ticks.at(-1)?.start !== start) this.#lastStartMs = Math.max(this.#lastStartMs, timeMs)
      ticks.push({ timeMs, pid: Number(start.split(' ')[0]), start })
    }
  }
}
