import type { Readable } from 'node:stream'
import type { LineInput } from './line-input.ts'
import { LineSplitter } from './line-splitter.ts'

/** Lines of the worker's standard input, which stays open when the task ends. */
export class StandardInput implements LineInput {
  readonly lines = new LineSplitter('standard input', 0)
  readonly #stream: Readable
  #rest: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#stream = stream
  }

  async advance(): Promise<boolean> {
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

  async close(): Promise<void> {}
}
