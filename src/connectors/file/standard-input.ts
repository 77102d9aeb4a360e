import type { Readable } from 'node:stream'
import { ConnectError } from '../../sdk/index.ts'
import type { LineInput } from './line-input.ts'
import { LineSplitter } from './line-splitter.ts'

/** Lines of the worker's standard input, which stays open when the task ends. */
export class StandardInput implements LineInput {
  readonly lines = new LineSplitter('standard input', 0)
  readonly #stream: Readable
  #error: Error | null = null
  #rest: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#stream = stream
    stream.on('error', this.#onError)
  }

  /** @throws ConnectError CONNECT_FAILED when standard input can't be read. */
  async advance(): Promise<boolean> {
    if (this.#error !== null) {
      throw new ConnectError(`Couldn't read standard input: ${this.#error.message}`, {
        code: 'CONNECT_FAILED',
        cause: this.#error,
      })
    }
    if (this.#rest.length === 0) this.#rest = this.#stream.read() ?? this.#rest
    if (this.#rest.length > 0) {
      const copied = this.#rest.copy(this.lines.room())
      this.#rest = this.#rest.subarray(copied)
      this.lines.filled(copied)
      return true
    }
    if (this.#stream.readableEnded) this.lines.finish()
    return this.lines.ready > 0
  }

  async close(): Promise<void> {
    this.#stream.off('error', this.#onError)
  }

  readonly #onError = (error: Error): void => {
    this.#error = error
  }
}
