import type { BufferPool } from '../base/buffer-pool.ts'

/** Below this much of a frame missing, reading past its end saves a system call. */
const DIRECT_READ_BYTES_MIN = 16 * 1024
/** Where all readers of this thread put small frames: what arrives is taken at once. */
let sharedScratch: Buffer | null = null
const SCRATCH_BYTES = 64 * 1024
/** A frame begins with a correlation id or with an API key and version. */
const FRAME_BYTES_MIN = 4
const SIZE_PREFIX_BYTES = 4

export interface FrameReaderOptions {
  readonly frameBytesMax: number
  /** Memory that a size alone gets; more is given as the bytes arrive. */
  readonly capacityBytesFirst: number
  /** Gets every frame, without its size. */
  take(frame: Buffer): void
  /** The error to be thrown for a size that no frame has. */
  refuse(sizeBytes: number): Error
  /** Where memory of frames comes from that are in several pieces; new memory when left out. */
  readonly buffers?: Pick<BufferPool, 'take' | 'give'>
}

/** Cuts a stream of bytes into frames; a large frame is read where it stays, without a copy. */
export class FrameReader {
  readonly #options: FrameReaderOptions
  readonly #size = Buffer.alloc(SIZE_PREFIX_BYTES)
  #sizeRead = 0
  #frame: Buffer | null = null
  #frameBytes = 0
  #frameRead = 0
  /** What `space` gave last. */
  #space: Buffer | null = null

  constructor(options: FrameReaderOptions) {
    this.#options = options
  }

  /** Memory of a frame that isn't complete. */
  get heldBytes(): number {
    return this.#frame?.length ?? 0
  }

  /** Lets go of a frame that will not be complete. */
  drop(): void {
    if (this.#frame !== null) this.#options.buffers?.give(this.#frame)
    this.#frame = null
  }

  /** Where the next bytes belong. */
  space(): Buffer {
    const rest = this.#frame?.subarray(this.#frameRead)
    if (rest !== undefined && rest.length >= DIRECT_READ_BYTES_MIN) {
      this.#space = rest
      return rest
    }
    sharedScratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES)
    this.#space = sharedScratch
    return sharedScratch
  }

  /** `sizeBytes` were put where `space` said. */
  filled(sizeBytes: number): void {
    if (this.#space === null) throw new TypeError('space comes before filled')
    if (this.#space === sharedScratch) this.push(this.#space.subarray(0, sizeBytes))
    else this.#advance(sizeBytes)
  }

  /** Takes bytes whose memory may change afterwards. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) at = this.#pushSome(chunk, at)
  }

  /** Takes bytes together with their memory: frames that are whole in it are views of it. */
  give(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      at = this.#takeView(chunk, at) ?? this.#pushSome(chunk, at)
    }
  }

  /** @returns Where to go on; null when no whole frame begins at `at`. */
  #takeView(chunk: Buffer, at: number): number | null {
    if (this.#frame !== null || this.#sizeRead > 0) return null
    const start = at + SIZE_PREFIX_BYTES
    if (start > chunk.length) return null
    const end = start + this.#checked(chunk.readInt32BE(at))
    if (end > chunk.length) return null
    this.#options.take(chunk.subarray(start, end))
    return end
  }

  #pushSome(chunk: Buffer, at: number): number {
    if (this.#frame === null) {
      this.#size[this.#sizeRead++] = chunk[at] ?? 0
      if (this.#sizeRead === SIZE_PREFIX_BYTES) this.#begin(this.#size.readInt32BE(0))
      return at + 1
    }
    const copied = chunk.copy(this.#frame, this.#frameRead, at)
    this.#advance(copied)
    return at + copied
  }

  #checked(sizeBytes: number): number {
    const { frameBytesMax, refuse } = this.#options
    if (sizeBytes < FRAME_BYTES_MIN || sizeBytes > frameBytesMax) throw refuse(sizeBytes)
    return sizeBytes
  }

  #begin(sizeBytes: number): void {
    this.#frameBytes = this.#checked(sizeBytes)
    this.#sizeRead = 0
    this.#frame = this.#memory(Math.min(sizeBytes, this.#options.capacityBytesFirst))
    this.#frameRead = 0
  }

  #advance(sizeBytes: number): void {
    this.#frameRead += sizeBytes
    const frame = this.#frame
    if (frame === null || this.#frameRead < frame.length) return
    if (frame.length < this.#frameBytes) {
      this.#frame = this.#memory(Math.min(this.#frameBytes, frame.length * 4))
      this.#frame.set(frame)
      this.#options.buffers?.give(frame)
      return
    }
    this.#frame = null
    this.#options.take(frame)
  }

  #memory(sizeBytes: number): Buffer {
    return this.#options.buffers?.take(sizeBytes) ?? Buffer.allocUnsafeSlow(sizeBytes)
  }
}
