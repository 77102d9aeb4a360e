import type { ByteStore } from './byte-store.ts'
import type { MemoryRoom } from './memory-room.ts'

const CHUNK_BYTES_MIN = 16 * 1024
const CHUNK_BYTES_MAX = 1024 * 1024

interface Chunk {
  readonly bytes: Buffer
  readonly position: number
  usedBytes: number
}

/** Chunks of memory, the larger the more there is. */
export class MemoryStore implements ByteStore {
  readonly #take: (sizeBytes: number) => void
  readonly #room: Pick<MemoryRoom, 'giveBack'>
  #chunks: Chunk[] = []
  #sizeBytes = 0

  /** @param take Asked for all memory before it is used. @throws StorageError */
  constructor(take: (sizeBytes: number) => void, room: Pick<MemoryRoom, 'giveBack'>) {
    this.#take = take
    this.#room = room
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** @throws StorageError */
  append(bytes: Buffer): void {
    const chunk = this.#chunkFor(bytes.length)
    chunk.bytes.set(bytes, chunk.usedBytes)
    chunk.usedBytes += bytes.length
    this.#sizeBytes += bytes.length
  }

  read(position: number, sizeBytesMax: number): Buffer {
    const chunk = this.#chunks[this.#indexAt(position)]
    if (chunk === undefined) return Buffer.alloc(0)
    const start = position - chunk.position
    return chunk.bytes.subarray(start, Math.min(chunk.usedBytes, start + sizeBytesMax))
  }

  truncate(sizeBytes: number): void {
    const dropped = this.#chunks.splice(this.#indexAt(sizeBytes) + 1)
    this.#giveBack(dropped)
    const last = this.#chunks.at(-1)
    if (last !== undefined) last.usedBytes = sizeBytes - last.position
    this.#sizeBytes = sizeBytes
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }

  rest(): void {}

  close(): void {
    this.#giveBack(this.#chunks)
    this.#chunks = []
    this.#sizeBytes = 0
  }

  #chunkFor(sizeBytes: number): Chunk {
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.usedBytes + sizeBytes <= last.bytes.length) return last
    const doubledBytes = Math.min(CHUNK_BYTES_MAX, (last?.bytes.length ?? CHUNK_BYTES_MIN / 2) * 2)
    const capacityBytes = Math.max(sizeBytes, doubledBytes)
    this.#take(capacityBytes)
    const chunk = {
      bytes: Buffer.allocUnsafeSlow(capacityBytes),
      position: this.#sizeBytes,
      usedBytes: 0,
    }
    this.#chunks.push(chunk)
    return chunk
  }

  #giveBack(chunks: readonly Chunk[]): void {
    for (const { bytes } of chunks) this.#room.giveBack(bytes.length)
  }

  /** Index of the last chunk that begins at or before `position`. */
  #indexAt(position: number): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#chunks[middle]?.position ?? 0) <= position) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
