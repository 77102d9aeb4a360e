import { StorageError } from './storage-error.ts'

/** Memory that all logs without a folder may take together. */
export class MemoryRoom {
  readonly #limitBytes: number
  #takenBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** @throws StorageError when there is no room. */
  take(sizeBytes: number): void {
    if (this.#takenBytes + sizeBytes > this.#limitBytes) {
      const limitMb = Math.floor(this.#limitBytes / 1e6)
      throw new StorageError(
        `the ${limitMb} MB for records in memory are full: delete records or topics, or start with more (--max-memory) or on a disk (--data)`,
      )
    }
    this.#takenBytes += sizeBytes
  }

  /** For what takes the place of something else, so that it makes room in the end. */
  takeAnyhow(sizeBytes: number): void {
    this.#takenBytes += sizeBytes
  }

  giveBack(sizeBytes: number): void {
    this.#takenBytes -= sizeBytes
  }
}
