/** Long enough to be calm, short enough to follow. */
const WINDOW_MS = 5000

/** How fast a count has grown of late. */
export class Rate {
  #samples: { readonly atMs: number; readonly count: number }[] = []

  /** @returns Growth a second over the last seconds; 0 until there are two samples. */
  add(atMs: number, count: number): number {
    this.#samples.push({ atMs, count })
    const start = atMs - WINDOW_MS
    // One sample at the window's start or before it stays, so that the window is full.
    while ((this.#samples[1]?.atMs ?? Number.POSITIVE_INFINITY) <= start) this.#samples.shift()
    const first = this.#samples[0]
    if (first === undefined || first.atMs === atMs) return 0
    return Math.max(0, ((count - first.count) * 1000) / (atMs - first.atMs))
  }
}
