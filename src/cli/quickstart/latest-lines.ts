import { isSample } from './samples.ts'

/** As many as any terminal shows. */
export const KEPT_LINES = 100

/** The rest of a longer line is on no screen. */
export const LINE_BYTES_MAX = 1000

export interface Line {
  /** Line of a file, offset in a topic. */
  readonly number: number
  readonly text: string
  /** Written by somebody else than the quickstart. */
  readonly isYours: boolean
}

/** The newest lines, and the newest that is yours, so that samples don't push it away. */
export class LatestLines {
  #lines: Line[] = []
  #yours: Line | null = null

  push(number: number, text: string): void {
    const line = { number, text, isYours: !isSample(text) }
    if (line.isYours) this.#yours = line
    this.#lines.push(line)
    if (this.#lines.length > 2 * KEPT_LINES) this.#lines = this.#lines.slice(-KEPT_LINES)
  }

  /** In order; the first is yours when none of the others is. */
  newest(count: number): readonly Line[] {
    const newest = this.#lines.slice(-count)
    const yours = this.#yours
    if (yours === null || newest.length < count || newest.some(({ isYours }) => isYours)) {
      return newest
    }
    return [yours, ...newest.slice(1)]
  }
}
