import type { Socket } from 'node:net'
import { FrameReader } from '../protocol/frame-reader.ts'
import type { Cancel } from './clock.ts'
import { type ConnectionContext, type Response, UnanswerableRequest } from './dispatch.ts'

/** Requests of one connection that may be unanswered before it is read no further. */
const UNANSWERED_MAX = 64
/** Answers that the client doesn't take, before its requests have to wait. */
const UNSENT_BYTES_MAX = 4 * 1024 * 1024

export interface ConnectionOptions {
  readonly frameBytesMax: number
  readonly advertised: ConnectionContext['advertised']
  answer(frame: Buffer, context: ConnectionContext): Response | Promise<Response>
  /** Tells why a connection was ended by the broker. */
  ended(error: unknown): void
}

/** A place in the order of answers; undefined while there is none yet. */
interface Slot {
  response: Response | undefined
}

/** One client: its requests are answered in their order, and it is read only as fast as it reads. */
export class Connection {
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #context: ConnectionContext
  readonly #frames: FrameReader
  /** Requests that came but aren't looked at yet. */
  readonly #waiting: Buffer[] = []
  /** Answers to come, in order. */
  readonly #slots: Slot[] = []
  readonly #onClose = new Set<() => void>()
  #isClosed: boolean

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#isClosed = false
    this.#context = {
      clientHost: `/${socket.remoteAddress ?? ''}`,
      advertised: options.advertised,
      onClose: (callback) => this.#closed(callback),
    }
    this.#frames = new FrameReader({
      frameBytesMax: options.frameBytesMax,
      take: (frame) => this.#waiting.push(frame),
      refuse: (sizeBytes) => new UnanswerableRequest(`a request of ${sizeBytes} bytes`),
    })
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('drain', () => this.#work())
    socket.on('error', () => this.close())
    socket.on('close', () => this.close())
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.destroy()
    this.#waiting.length = 0
    for (const callback of this.#onClose) callback()
  }

  #closed(callback: () => void): Cancel {
    this.#onClose.add(callback)
    return () => this.#onClose.delete(callback)
  }

  #receive(chunk: Buffer): void {
    try {
      this.#frames.give(chunk)
      this.#work()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return
    this.#options.ended(error)
    this.close()
  }

  /** Looks at requests while the client takes its answers, and sends what is ready. */
  #work(): void {
    if (this.#isClosed) return
    this.#socket.cork()
    while (!this.#isFull()) {
      const frame = this.#waiting.shift()
      if (frame === undefined) break
      this.#answer(frame)
    }
    this.#socket.uncork()
    if (this.#isFull()) this.#socket.pause()
    else if (this.#socket.isPaused()) this.#socket.resume()
  }

  #isFull(): boolean {
    return (
      this.#isClosed ||
      this.#slots.length >= UNANSWERED_MAX ||
      this.#socket.writableLength > UNSENT_BYTES_MAX
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
    if (!(response instanceof Promise)) {
      if (this.#slots.length === 0) this.#send(response)
      else this.#slots.push({ response })
      return
    }
    const slot: Slot = { response: undefined }
    this.#slots.push(slot)
    response.then(
      (ready) => {
        slot.response = ready
        this.#sendReady()
      },
      (error: unknown) => this.#fail(error),
    )
  }

  #sendReady(): void {
    this.#socket.cork()
    while (!this.#isClosed) {
      const response = this.#slots[0]?.response
      if (response === undefined) break
      this.#slots.shift()
      this.#send(response)
    }
    this.#socket.uncork()
    this.#work()
  }

  #send(response: Response): void {
    for (const piece of response ?? []) this.#socket.write(piece)
  }
}
