/** How long something has been in each of its states. */
export class StateTimes<S extends string> {
  readonly #elapsed: () => number
  readonly #passedMs = new Map<S, number>()
  #state: S
  #sinceMs: number

  constructor(first: S, elapsed: () => number) {
    this.#elapsed = elapsed
    this.#state = first
    this.#sinceMs = elapsed()
  }

  get state(): S {
    return this.#state
  }

  change(state: S): void {
    const nowMs = this.#elapsed()
    this.#passedMs.set(this.#state, this.#timeIn(this.#state, nowMs))
    this.#state = state
    this.#sinceMs = nowMs
  }

  /** Share of the whole time, from 0 to 1. */
  ratio(state: S): number {
    const nowMs = this.#elapsed()
    let allMs = this.#timeIn(this.#state, nowMs)
    for (const [each, passedMs] of this.#passedMs) if (each !== this.#state) allMs += passedMs
    return allMs === 0 ? 0 : this.#timeIn(state, nowMs) / allMs
  }

  #timeIn(state: S, nowMs: number): number {
    const passedMs = this.#passedMs.get(state) ?? 0
    return state === this.#state ? passedMs + nowMs - this.#sinceMs : passedMs
  }
}
