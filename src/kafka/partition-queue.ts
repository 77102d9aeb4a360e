import type { OutgoingBatch } from './outgoing-batch.ts'

const CAPACITY_STEP_BYTES = 4 * 1024

/** Unsent batches of one partition, in order: those that are closed, then the one being filled. */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  /** Sequence of the next batch of an idempotent producer. */
  sequenceNext = 0
  inFlight = 0
  /**
   * Whether the broker has a batch of this numbering. Of a producer that it does not know it takes
   * any sequence, so that a later batch could get in front of one that is sent again.
   */
  isNumberingKnown: boolean
  /** Memory to begin the next batch with: what the last one took. */
  capacityBytes = 0
  open: OutgoingBatch | null = null
  readonly #closed: OutgoingBatch[] = []

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
    this.isNumberingKnown = false
  }

  get isEmpty(): boolean {
    return this.open === null && this.#closed.length === 0
  }

  /** Next to be sent; null when only the open batch is left. */
  get head(): OutgoingBatch | null {
    return this.#closed[0] ?? null
  }

  /** The open batch takes no more records. */
  close(): void {
    if (this.open === null) return
    this.capacityBytes = Math.ceil(this.open.sizeBytes / CAPACITY_STEP_BYTES) * CAPACITY_STEP_BYTES
    this.#closed.push(this.open)
    this.open = null
  }

  take(): OutgoingBatch | null {
    return this.#closed.shift() ?? null
  }

  /** Puts back what has to be sent again: before all others, or among them by its sequence. */
  putBack(batches: readonly OutgoingBatch[]): void {
    const [first] = batches
    if (first === undefined) return
    const index = this.#closed.findIndex(
      ({ sequence }) => sequence < 0 || first.sequence < 0 || sequence > first.sequence,
    )
    this.#closed.splice(index < 0 ? this.#closed.length : index, 0, ...batches)
  }

  /** Takes out the closed batches for which `expired` holds, and the open one likewise. */
  removeIf(expired: (batch: OutgoingBatch) => boolean): OutgoingBatch[] {
    const removed = this.#closed.filter(expired)
    const kept = this.#closed.filter((batch) => !expired(batch))
    this.#closed.splice(0, this.#closed.length, ...kept)
    if (this.open !== null && expired(this.open)) {
      removed.push(this.open)
      this.open = null
    }
    return removed
  }

  /** Forgets all sequences, as the producer gets a new identity. */
  resetSequences(): void {
    this.sequenceNext = 0
    this.isNumberingKnown = false
    for (const batch of this.#closed) batch.sequence = -1
  }
}
