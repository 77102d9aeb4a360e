import { isAscii } from 'node:buffer'
import { ConnectError } from '../../sdk/index.ts'

/** Bytes asked for at a time. The text of more than 128 KiB costs V8 a mapping of its own. */
const CHUNK_BYTES = 120 * 1024
/** Grows for a line that is longer, and shrinks behind it. */
const BUFFER_BYTES = 2 * CHUNK_BYTES

/** Longest line; far beyond what a broker takes, so that a file without line ends fails clearly. */
const LINE_BYTES_MAX = 128 * 1024 * 1024

const LF = 10
const CR = 13

/**
 * Turns bytes, as they are read, into lines that end with \n, \r\n or \r, and the position after
 * each. A line without an end stays until more bytes bring it, and so does a \r that comes last:
 * a \n may follow.
 */
export class LineSplitter {
  readonly #name: string
  readonly #lineBytesMax: number
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  /** The unfinished line is from here ... */
  #start = 0
  /** ... to here. */
  #end = 0
  /** No line ends before this. */
  #searched = 0
  /** In the file, of the byte at `#start`. */
  #position: number

  /** Lines that `next` has not given yet are from `#index` on. */
  #texts: readonly string[] = []
  /** Positions behind the lines; null where each is its length and one on from the last. */
  #ends: readonly number[] | null = null
  #index = 0
  /** Behind the line that was given last. */
  #given: number

  /**
   * @param name Of what is read, for errors.
   * @param position Of the first byte that will come.
   */
  constructor(name: string, position: number, lineBytesMax = LINE_BYTES_MAX) {
    this.#name = name
    this.#position = position
    this.#given = position
    this.#lineBytesMax = lineBytesMax
  }

  /** Whole lines that are waiting. */
  get ready(): number {
    return this.#texts.length - this.#index
  }

  /** Where the next byte comes from. */
  get readPosition(): number {
    return this.#position + this.#end - this.#start
  }

  /** Calls `take` with up to `countMax` lines; stops early when it returns false. */
  drain(countMax: number, take: (line: string, positionNext: number) => boolean): void {
    const stop = Math.min(this.#texts.length, this.#index + countMax)
    while (this.#index < stop) {
      const index = this.#index++
      const text = this.#texts[index] ?? ''
      this.#given = this.#ends === null ? this.#given + text.length + 1 : (this.#ends[index] ?? 0)
      if (!take(text, this.#given)) return
    }
  }

  /**
   * Where the next bytes go; only when no line is `ready`.
   * @throws ConnectError CONNECT_FAILED when the unfinished line is too long.
   */
  room(): Buffer {
    const unfinished = this.#end - this.#start
    if (unfinished > this.#lineBytesMax) {
      throw new ConnectError(
        `The line at position ${this.#position} of ${this.#name} is longer than ` +
          `${this.#lineBytesMax} bytes. Is it a text file?`,
        { code: 'CONNECT_FAILED' },
      )
    }
    if (this.#buffer.length - this.#end < CHUNK_BYTES) this.#makeRoom(unfinished)
    return this.#buffer.subarray(this.#end, this.#end + CHUNK_BYTES)
  }

  /** Splits the `sizeBytes` that were put into `room`. */
  filled(sizeBytes: number): void {
    this.#end += sizeBytes
    const fresh = this.#buffer.subarray(this.#searched, this.#end)
    const hasCr = fresh.includes(CR)
    const lastEnd = lastLineEnd(fresh, hasCr)
    if (lastEnd === -1) {
      this.#searched = this.#end - (fresh.at(-1) === CR ? 1 : 0)
      return
    }
    const next = this.#searched + lastEnd + 1
    this.#split(this.#buffer.subarray(this.#start, next), hasCr)
    this.#position += next - this.#start
    this.#start = next
    this.#searched = this.#end - (this.#end > next && fresh.at(-1) === CR ? 1 : 0)
  }

  /** Makes a line of what has no line end: no more bytes will come to it. */
  finish(): void {
    if (this.#end === this.#start) return
    const rest = this.#buffer.subarray(this.#start, this.#end)
    const line = rest.at(-1) === CR ? rest.subarray(0, -1) : rest
    this.#give([line.toString()], [this.readPosition])
    this.restart(this.readPosition)
  }

  /** Forgets an unfinished line; the next byte comes from `position`. */
  restart(position: number): void {
    this.#start = 0
    this.#end = 0
    this.#searched = 0
    this.#position = position
  }

  #makeRoom(unfinished: number): void {
    const sizeBytes = this.#bufferBytes(unfinished)
    const target =
      sizeBytes === this.#buffer.length ? this.#buffer : Buffer.allocUnsafeSlow(sizeBytes)
    this.#buffer.copy(target, 0, this.#start, this.#end)
    this.#buffer = target
    this.#searched -= this.#start
    this.#start = 0
    this.#end = unfinished
  }

  #bufferBytes(unfinished: number): number {
    const { length } = this.#buffer
    if (unfinished + CHUNK_BYTES > length) return 2 * length
    return unfinished < CHUNK_BYTES ? BUFFER_BYTES : length
  }

  #split(bytes: Buffer, hasCr: boolean): void {
    if (hasCr || !isAscii(bytes)) {
      const { texts, ends } = splitBytes(bytes, this.#position)
      this.#give(texts, ends)
      return
    }
    // One string for all lines, which are slices of it: half the cost of decoding each.
    this.#give(bytes.toString('latin1', 0, bytes.length - 1).split('\n'), null)
  }

  #give(texts: readonly string[], ends: readonly number[] | null): void {
    this.#texts = texts
    this.#ends = ends
    this.#given = this.#position
    this.#index = 0
  }
}

/** Index of the last byte of the last line end in `bytes`, -1 for none. */
function lastLineEnd(bytes: Buffer, hasCr: boolean): number {
  const lf = bytes.lastIndexOf(LF)
  return hasCr && bytes.length > 1 ? Math.max(lf, bytes.lastIndexOf(CR, bytes.length - 2)) : lf
}

/** Splits whole lines of any encoding and any line end; what is no UTF-8 becomes U+FFFD. */
function splitBytes(bytes: Buffer, position: number): { texts: string[]; ends: number[] } {
  const texts: string[] = []
  const ends: number[] = []
  let lf = find(bytes, LF, 0)
  let cr = find(bytes, CR, 0)
  for (let from = 0; from < bytes.length; ) {
    const end = Math.min(lf, cr)
    texts.push(bytes.toString('utf8', from, end))
    from = end + (lf === cr + 1 ? 2 : 1)
    ends.push(position + from)
    if (lf < from) lf = find(bytes, LF, from)
    if (cr < from) cr = find(bytes, CR, from)
  }
  return { texts, ends }
}

function find(bytes: Buffer, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from)
  return index === -1 ? Number.POSITIVE_INFINITY : index
}
