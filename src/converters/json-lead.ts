import type { ByteWriter } from '../sdk/index.ts'

const WORD_BYTES = 4

/**
 * Bytes of JSON before a value, such as `,"name":`. They are four at least, so that they are compared
 * and written in words: the last one overlaps with that before it.
 */
export class JsonLead {
  static readonly none = new JsonLead(new Uint8Array(WORD_BYTES))

  readonly size: number
  readonly #words: Int32Array
  readonly #lastWord: number

  constructor(bytes: Uint8Array) {
    this.size = bytes.length
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const words = Math.ceil(bytes.length / WORD_BYTES) - 1
    this.#words = Int32Array.from({ length: words }, (_, index) => {
      return view.getInt32(index * WORD_BYTES, true)
    })
    this.#lastWord = view.getInt32(bytes.length - WORD_BYTES, true)
  }

  /** Whether it stands at `at`, behind which there are enough bytes. */
  isAt(view: DataView, at: number): boolean {
    const words = this.#words
    for (let index = 0; index < words.length; index++) {
      if (view.getInt32(at + index * WORD_BYTES, true) !== words[index]) return false
    }
    return view.getInt32(at + this.size - WORD_BYTES, true) === this.#lastWord
  }

  appendTo(out: ByteWriter): void {
    out.reserve(this.size)
    const { view, length } = out
    const words = this.#words
    for (let index = 0; index < words.length; index++) {
      view.setInt32(length + index * WORD_BYTES, words[index] as number, true)
    }
    view.setInt32(length + this.size - WORD_BYTES, this.#lastWord, true)
    out.length = length + this.size
  }
}
