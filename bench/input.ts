import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** Of every line, with its end. */
export const LINE_BYTES = 80

const LINES_AT_A_TIME = 10_000

/** Writes numbered lines of `LINE_BYTES` each. */
export async function writeLines(file: string, count: number): Promise<void> {
  await pipeline(blocks(count), createWriteStream(file))
}

function* blocks(count: number): Generator<string> {
  const filler = 'the quick brown fox jumps over the lazy dog, again and again and again and'
  for (let first = 0; first < count; first += LINES_AT_A_TIME) {
    const size = Math.min(LINES_AT_A_TIME, count - first)
    yield Array.from({ length: size }, (_, line) => {
      return `${`${first + line} ${filler}`.slice(0, LINE_BYTES - 1).padEnd(LINE_BYTES - 1, '.')}\n`
    }).join('')
  }
}

/** Tells files with different content apart. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha1')
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}
