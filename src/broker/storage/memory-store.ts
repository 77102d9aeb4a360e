import type { ByteStore } from './byte-store.ts'

const CHUNK_BYTES_MIN = 16 * 1024
const CHUNK_BYTES_MAX = 1024 * 1024

interface Chunk {
  readonly bytes: Buffer
  readonly position: number
  usedBytes: number
}

/** Chunks of memory, the larger the more there is. */
export class MemoryStore implements ByteStore {
  #chunks: Chunk[] = []
  #sizeBytes = 0

  get sizeBytes(): number {
    return this.#sizeBytes
  }

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
    this.#chunks.length = this.#indexAt(sizeBytes) + 1
    const last = this.#chunks.at(-1)
    if (last !== undefined) last.usedBytes = sizeBytes - last.position
    this.#sizeBytes = sizeBytes
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }

  rest(): void {}

  close(): void {
    this.#chunks = []
    this.#sizeBytes = 0
  }

  #chunkFor(sizeBytes: number): Chunk {
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.usedBytes + sizeBytes <= last.bytes.length) return last
    const doubledBytes = Math.min(CHUNK_BYTES_MAX, (last?.bytes.length ?? CHUNK_BYTES_MIN / 2) * 2)
    const chunk = {
      bytes: Buffer.allocUnsafeSlow(Math.max(sizeBytes, doubledBytes)),
      position: this.#sizeBytes,
      usedBytes: 0,
    }
    this.#chunks.push(chunk)
    return chunk
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
