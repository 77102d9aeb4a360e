/** How many ids are reserved at once: so many at the most are lost with a restart. */
const BLOCK_SIZE = 1000

export interface ProducerIdsOptions {
  /** The first id that was never reserved. */
  readonly next: number
  /** Keeps over restarts that ids before `next` are taken. @throws StorageError */
  reserve(next: number): void
}

/** Gives each producer an id that no other has or ever had. */
export class ProducerIds {
  readonly #options: ProducerIdsOptions
  #next: number
  #end: number

  constructor(options: ProducerIdsOptions) {
    this.#options = options
    this.#next = options.next
    this.#end = options.next
  }

  /** @throws StorageError when no ids can be reserved. */
  take(): number {
    if (this.#next === this.#end) {
      this.#options.reserve(this.#end + BLOCK_SIZE)
      this.#end += BLOCK_SIZE
    }
    return this.#next++
  }
}
