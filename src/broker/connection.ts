import type { Socket } from 'node:net'
import { largeBuffers } from '../base/buffer-pool.ts'
import { FrameReader } from '../protocol/frame-reader.ts'
import type { Cancel } from './clock.ts'
import { type ConnectionContext, type Response, UnanswerableRequest } from './dispatch.ts'
import type { Holder } from './memory-budget.ts'

/** Requests of one connection that may be unanswered before it is read no further. */
const UNANSWERED_MAX = 64
/** Answers that the client doesn't take, or that wait for earlier ones, before requests wait. */
const UNSENT_BYTES_MAX = 4 * 1024 * 1024
/** What a request takes beside its bytes, roughly: before it is looked at, and while it is answered. */
const WAITING_BYTES = 256
const UNANSWERED_BYTES = 4096
/** Little, as a peer can open thousands of connections and send nothing but sizes. */
const FRAME_CAPACITY_BYTES_FIRST = 64 * 1024

export interface ConnectionOptions {
  readonly frameBytesMax: number
  readonly advertised: ConnectionContext['advertised']
  readonly login: ConnectionContext['login']
  answer(frame: Buffer, context: ConnectionContext): Response | Promise<Response>
  /** So much memory was taken, for requests or answers. */
  took(sizeBytes: number): void
  /** Whether requests have to wait until connections that were ended have given back their memory. */
  isShort(): boolean
  /** Tells why a connection was ended by the broker. */
  ended(error: unknown): void
}

/** A place in the order of answers; undefined while there is none yet. */
interface Slot {
  readonly requestBytes: number
  response: Response | undefined
}

/** One client: its requests are answered in their order, and it is read only as fast as it reads. */
export class Connection implements Holder {
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #context: ConnectionContext
  readonly #frames: FrameReader
  /** Requests that came but aren't looked at yet. */
  readonly #waiting: Buffer[] = []
  /** Answers to come, in order. */
  readonly #slots: Slot[] = []
  /** Answers in the slots. */
  #slotBytes = 0
  /** Memory of a request that is not complete. */
  #partBytes = 0
  readonly #onClose = new Set<() => void>()
  #progressMs = performance.now()
  #isClosed: boolean
  #isWorking: boolean
  /** What was asked for so far is answered, and nothing else. */
  #isEnding: boolean

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#isClosed = false
    this.#isWorking = false
    this.#isEnding = false
    this.#context = {
      clientHost: `/${socket.remoteAddress ?? ''}`,
      advertised: options.advertised,
      login: options.login,
      end: () => {
        this.#isEnding = true
      },
      onClose: (callback) => this.#closed(callback),
    }
    this.#frames = new FrameReader({
      get frameBytesMax() {
        return options.frameBytesMax
      },
      capacityBytesFirst: FRAME_CAPACITY_BYTES_FIRST,
      buffers: largeBuffers,
      take: (frame) => {
        this.#progressMs = performance.now()
        this.#waiting.push(frame)
      },
      refuse: (sizeBytes) => new UnanswerableRequest(`a request of ${sizeBytes} bytes`),
    })
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('drain', () => {
      this.#progressMs = performance.now()
      this.#work()
    })
    socket.on('error', () => this.close())
    socket.on('close', () => this.close())
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.destroy()
    this.#waiting.length = 0
    this.#frames.drop()
    for (const callback of this.#onClose) callback()
  }

  get progressMs(): number {
    return this.#progressMs
  }

  get heldBytes(): number {
    if (this.#isClosed) return 0
    let sizeBytes = this.#frames.heldBytes + this.#slotBytes + this.#socket.writableLength
    for (const { length } of this.#waiting) sizeBytes += length + WAITING_BYTES
    for (const { requestBytes } of this.#slots) sizeBytes += requestBytes + UNANSWERED_BYTES
    return sizeBytes
  }

  evict(): void {
    this.#fail(new UnanswerableRequest('connections hold too much memory, this one a lot of it'))
  }

  /** Closes after `idleMs` without a whole request, unless the client waits for an answer. */
  closeIfIdle(idleMs: number): void {
    const isWaiting = this.#slots.length > 0 && this.#socket.writableLength === 0
    if (isWaiting || performance.now() - this.#progressMs < idleMs) return
    this.close()
  }

  #closed(callback: () => void): Cancel {
    this.#onClose.add(callback)
    return () => this.#onClose.delete(callback)
  }

  #receive(chunk: Buffer): void {
    if (this.#isClosed) return
    try {
      this.#frames.give(chunk)
    } catch (error) {
      this.#fail(error)
      return
    }
    const { heldBytes } = this.#frames
    const grownBytes = Math.max(chunk.length, heldBytes - this.#partBytes)
    this.#options.took(grownBytes + this.#waiting.length * WAITING_BYTES)
    this.#partBytes = heldBytes
    this.#work()
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return
    this.#options.ended(error)
    this.close()
  }

  /** Looks at requests while the client takes its answers, and sends what is ready. */
  #work(): void {
    // An answer that is ready at once comes back here.
    if (this.#isClosed || this.#isWorking) return
    this.#isWorking = true
    this.#socket.cork()
    while (!this.#isFull()) {
      const frame = this.#waiting.shift()
      if (frame === undefined) break
      this.#answer(frame)
    }
    this.#socket.uncork()
    this.#isWorking = false
    if (this.#options.isShort()) setImmediate(() => this.#work())
    if (this.#isFull()) this.#socket.pause()
    else if (this.#socket.isPaused()) this.#socket.resume()
  }

  #isFull(): boolean {
    return (
      this.#isClosed ||
      this.#isEnding ||
      this.#options.isShort() ||
      this.#slots.length >= UNANSWERED_MAX ||
      this.#slotBytes + this.#socket.writableLength > UNSENT_BYTES_MAX
    )
  }

  #answer(frame: Buffer): void {
    let response: Response | Promise<Response>
    try {
      response = this.#options.answer(frame, this.#context)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (response instanceof Promise) {
      const slot: Slot = { requestBytes: frame.length, response: undefined }
      this.#slots.push(slot)
      response.then(
        (ready) => {
          largeBuffers.give(frame)
          this.#fill(slot, ready)
        },
        (error: unknown) => this.#fail(error),
      )
      return
    }
    largeBuffers.give(frame)
    if (this.#slots.length === 0) this.#send(response)
    else {
      this.#slots.push({ requestBytes: 0, response })
      this.#slotBytes += sizeOf(response)
    }
  }

  #fill(slot: Slot, response: Response): void {
    slot.response = response
    this.#slotBytes += sizeOf(response)
    this.#socket.cork()
    while (!this.#isClosed) {
      const ready = this.#slots[0]?.response
      if (ready === undefined) break
      this.#slots.shift()
      this.#slotBytes -= sizeOf(ready)
      this.#send(ready)
    }
    this.#socket.uncork()
    this.#work()
  }

  #send(response: Response): void {
    this.#options.took(sizeOf(response))
    for (const piece of response ?? []) {
      const written = largeBuffers.isLent(piece) ? () => largeBuffers.give(piece) : undefined
      this.#socket.write(piece, written)
    }
    if (this.#isEnding && this.#slots.length === 0) this.#socket.destroySoon()
  }
}

function sizeOf(response: Response): number {
  let sizeBytes = 0
  for (const piece of response ?? []) sizeBytes += piece.length
  return sizeBytes
}
