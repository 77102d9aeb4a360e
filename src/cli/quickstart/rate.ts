/** Long enough to be calm, short enough to follow. */
const WINDOW_MS = 5000
/** What comes at once at the start is not taken for a high rate. */
const SPAN_MIN_MS = 1000

/** How fast a count has grown of late. */
export class Rate {
  #samples: { readonly atMs: number; readonly count: number }[] = []

  /** @returns Growth a second over the last seconds. */
  add(atMs: number, count: number): number {
    this.#samples.push({ atMs, count })
    const start = atMs - WINDOW_MS
    // One sample at the window's start or before it stays, so that the window is full.
    while ((this.#samples[1]?.atMs ?? Number.POSITIVE_INFINITY) <= start) this.#samples.shift()
    const first = this.#samples[0]
    if (first === undefined) return 0
    return Math.max(0, ((count - first.count) * 1000) / Math.max(SPAN_MIN_MS, atMs - first.atMs))
  }
}
