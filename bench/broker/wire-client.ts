import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Larger than the largest answer. */
const INPUT_BYTES = 8 * 1024 * 1024
const SIZE_PREFIX_BYTES = 4
const SILENCE_MS_MAX = 30_000

/** Gives the next request; null for none. `answer` is to one before, null to begin with. */
type Next = (answer: Buffer | null) => Buffer | null

/**
 * A connection that sends requests made beforehand and reads all answers into the same memory, so
 * that it costs little beside the broker that it measures.
 */
export class WireClient {
  readonly #socket: Socket
  readonly #input = Buffer.allocUnsafeSlow(INPUT_BYTES)
  #readAt = 0
  #filledTo = 0
  #answered: (answer: Buffer) => void = () => {}
  #failed: (error: Error) => void = () => {}

  static async open(port: number): Promise<WireClient> {
    const client = new WireClient(port)
    await once(client.#socket, 'connect')
    return client
  }

  private constructor(port: number) {
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: () => this.#input.subarray(this.#filledTo),
        callback: (sizeBytes) => this.#read(sizeBytes),
      },
    })
    this.#socket.on('error', (error) => this.#failed(error))
    this.#socket.on('close', () => this.#failed(new Error('the broker closed the connection')))
    this.#socket.setTimeout(SILENCE_MS_MAX, () => this.#socket.destroy(new Error('no answer')))
  }

  /** Keeps up to `inFlight` requests unanswered until there are no more and all are answered. */
  loop(inFlight: number, next: Next): Promise<void> {
    return new Promise((resolve, reject) => {
      let unanswered = 0
      const send = (answer: Buffer | null) => {
        const request = next(answer)
        if (request === null) return
        unanswered++
        this.#socket.write(request)
      }
      this.#failed = reject
      this.#answered = (answer) => {
        unanswered--
        send(answer)
        if (unanswered === 0) resolve()
      }
      for (let left = inFlight; left > 0; left--) send(null)
    })
  }

  /** @returns A copy of the answer. */
  async ask(request: Buffer): Promise<Buffer> {
    let copy = Buffer.alloc(0)
    await this.loop(1, (answer) => {
      if (answer === null) return request
      copy = Buffer.from(answer)
      return null
    })
    return copy
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.destroy()
  }

  /** @returns True, so that the socket reads on. */
  #read(sizeBytes: number): true {
    this.#filledTo += sizeBytes
    try {
      for (let answer = this.#take(); answer !== null; answer = this.#take()) {
        this.#answered(answer)
      }
    } catch (error) {
      this.#socket.destroy()
      this.#failed(error instanceof Error ? error : new Error(String(error)))
    }
    if (this.#readAt === this.#filledTo) {
      this.#readAt = 0
      this.#filledTo = 0
    } else if (this.#filledTo > INPUT_BYTES / 2) this.#moveDown()
    return true
  }

  #take(): Buffer | null {
    const start = this.#readAt + SIZE_PREFIX_BYTES
    if (start > this.#filledTo) return null
    const end = start + this.#input.readInt32BE(this.#readAt)
    if (end > this.#filledTo) return null
    this.#readAt = end
    return this.#input.subarray(start, end)
  }

  #moveDown(): void {
    this.#input.copyWithin(0, this.#readAt, this.#filledTo)
    this.#filledTo -= this.#readAt
    this.#readAt = 0
  }
}
