/** The last has room for a request with one batch of `max.message.bytes`. */
const BLOCK_SIZES = [64 * 1024, 256 * 1024, 1024 * 1024 + 8 * 1024] as const
/** Below this the runtime's own memory is as good. */
const SIZE_BYTES_MIN = 16 * 1024
/** Limit of what is kept for later. */
const FREE_BYTES_MAX = 16 * 1024 * 1024

/**
 * Large buffers that are used again. New ones for each request and answer make the garbage
 * collector run every few dozen megabytes, which takes a quarter of a busy broker's time.
 */
export class BufferPool {
  readonly #free = new Map<number, ArrayBufferLike[]>(BLOCK_SIZES.map((size) => [size, []]))
  #freeBytes = 0
  readonly #lent = new WeakSet<ArrayBufferLike>()

  /** Memory with any content; what isn't given back is left to the garbage collector. */
  take(sizeBytes: number): Buffer {
    const blockBytes = BLOCK_SIZES.find((size) => size >= sizeBytes)
    if (blockBytes === undefined || sizeBytes < SIZE_BYTES_MIN) {
      return Buffer.allocUnsafeSlow(sizeBytes)
    }
    const free = this.#free.get(blockBytes)?.pop()
    if (free !== undefined) this.#freeBytes -= blockBytes
    const block = free ?? Buffer.allocUnsafeSlow(blockBytes).buffer
    this.#lent.add(block)
    return Buffer.from(block, 0, sizeBytes)
  }

  /** Whether `bytes` are of a buffer that was taken and not given back. */
  isLent(bytes: Uint8Array): boolean {
    return this.#lent.has(bytes.buffer)
  }

  /** Takes back the buffer that `bytes` are a part of; nobody may use any of it from now on. */
  give(bytes: Uint8Array): void {
    const block = bytes.buffer
    if (!this.#lent.delete(block)) return
    if (this.#freeBytes + block.byteLength > FREE_BYTES_MAX) return
    this.#free.get(block.byteLength)?.push(block)
    this.#freeBytes += block.byteLength
  }
}

/** For requests and answers. */
export const largeBuffers = new BufferPool()
