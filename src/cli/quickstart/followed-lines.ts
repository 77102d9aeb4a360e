import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { KEPT_LINES, LatestLines, LINE_BYTES_MAX } from './latest-lines.ts'

const READ_BYTES = 1024 * 1024
/** Most of one look, so that a huge file does not hold up the others. */
const READS_MAX = 16
const NEWLINE = 10

/** Counts the lines of a file that grows, and keeps the newest. */
export class FollowedLines {
  readonly latest = new LatestLines()
  readonly #file: string
  readonly #buffer = Buffer.alloc(READ_BYTES)
  #count = 0
  #sizeBytes = 0
  /** Beginning of a line that is not complete. */
  #rest: Buffer = Buffer.alloc(0)

  constructor(file: string) {
    this.#file = file
  }

  get count(): number {
    return this.#count
  }

  /** What has been read of the file. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Reads what has been added. A file that is not there has no lines; one that shrinks starts anew. */
  read(): void {
    const descriptor = opened(this.#file)
    if (descriptor === null) return
    try {
      if (fstatSync(descriptor).size < this.#sizeBytes) this.#restart()
      for (let reads = 0; reads < READS_MAX; reads++) {
        const sizeBytes = readSync(descriptor, this.#buffer, 0, READ_BYTES, this.#sizeBytes)
        if (sizeBytes === 0) return
        this.#sizeBytes += sizeBytes
        this.#take(this.#buffer.subarray(0, sizeBytes))
      }
    } finally {
      closeSync(descriptor)
    }
  }

  #restart(): void {
    this.#count = 0
    this.#sizeBytes = 0
    this.#rest = Buffer.alloc(0)
  }

  #take(bytes: Buffer): void {
    const ends: number[] = []
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, end + 1)) {
      ends.push(end)
    }
    for (let index = Math.max(0, ends.length - KEPT_LINES); index < ends.length; index++) {
      const line = bytes.subarray((ends[index - 1] ?? -1) + 1, ends[index])
      const whole = index === 0 ? Buffer.concat([this.#rest, line]) : line
      this.latest.push(this.#count + index + 1, whole.toString('utf8', 0, LINE_BYTES_MAX))
    }
    this.#count += ends.length
    const rest = bytes.subarray((ends.at(-1) ?? -1) + 1)
    const before = ends.length === 0 ? this.#rest : Buffer.alloc(0)
    this.#rest = Buffer.concat([before, rest]).subarray(0, LINE_BYTES_MAX)
  }
}

/** null for a file that does not exist. */
function opened(file: string): number | null {
  try {
    return openSync(file, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
