import { systemClock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Consumer, FetchedRecords } from '../../kafka/client.ts'
import { KEPT_LINES, LatestLines, LINE_BYTES_MAX } from './latest-lines.ts'

const POLL_TIMEOUT_MS = 1000
const RETRY_MS = 1000

/** Reads partition 0 of a topic from its beginning as it grows, and keeps the newest values. */
export class FollowedTopic {
  readonly latest = new LatestLines()
  readonly #topic: string
  readonly #consumer: Consumer
  #offsetNext = 0

  constructor(topic: string, consumer: Consumer) {
    this.#topic = topic
    this.#consumer = consumer
  }

  /** End of what has been read, so the records that there are. */
  get offsetNext(): number {
    return this.#offsetNext
  }

  /** Reads until `signal` aborts; what goes wrong is logged and tried again. */
  async follow(signal: AbortSignal, logger: Logger): Promise<void> {
    const partition = { topic: this.#topic, partition: 0 }
    await this.#consumer.assign([partition])
    this.#consumer.seek({ ...partition, offset: 0 })
    while (!signal.aborted) {
      try {
        for (const records of await this.#consumer.poll(POLL_TIMEOUT_MS)) this.#take(records)
      } catch (error) {
        if (signal.aborted) return
        logger.warn(`topic ${this.#topic} can't be read, trying again`, error)
        await systemClock.sleep(RETRY_MS, signal)
      }
    }
  }

  #take(records: FetchedRecords): void {
    for (let index = Math.max(0, records.count - KEPT_LINES); index < records.count; index++) {
      const offset = records.offsets[index] ?? 0
      const start = records.valueStarts[index] ?? -1
      const end = Math.min(records.valueEnds[index] ?? -1, start + LINE_BYTES_MAX)
      this.latest.push(offset, start === -1 ? 'null' : records.bytes.toString('utf8', start, end))
      this.#offsetNext = offset + 1
    }
  }
}
