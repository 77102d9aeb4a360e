import { isRetriable, NotReady } from '../../sdk/index.ts'

/** For so long a question that was answered with an error is not asked again. */
const FAILURE_KEPT_MS = 30_000

type Entry<V> =
  | { readonly state: 'asked'; readonly answer: Promise<V> }
  | { readonly state: 'known'; readonly value: V }
  | { readonly state: 'failed'; readonly error: unknown; readonly untilMs: number }

/** Answers that are asked for once and kept, the most recently asked for of them. */
export class Lookups<V> {
  readonly #sizeMax: number
  readonly #entries = new Map<string, Entry<V>>()

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  /**
   * @param what What is asked for, for debugging.
   * @throws NotReady until the answer is there; the error instead, where there will be none.
   */
  get(key: string, what: string, ask: () => Promise<V>): V {
    const known = this.#entries.get(key)
    if (known?.state === 'known') return known.value
    if (known?.state === 'asked') throw new NotReady(what, known.answer)
    if (known?.state === 'failed' && performance.now() < known.untilMs) throw known.error
    const answer = this.#ask(key, ask)
    // Who asked may be gone by the time that there is no answer.
    answer.catch(() => {})
    this.#keep(key, { state: 'asked', answer })
    throw new NotReady(what, answer)
  }

  clear(): void {
    this.#entries.clear()
  }

  async #ask(key: string, ask: () => Promise<V>): Promise<V> {
    try {
      const value = await ask()
      this.#keep(key, { state: 'known', value })
      return value
    } catch (error) {
      if (isRetriable(error)) this.#entries.delete(key)
      else this.#keep(key, { state: 'failed', error, untilMs: performance.now() + FAILURE_KEPT_MS })
      throw error
    }
  }

  #keep(key: string, entry: Entry<V>): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#sizeMax) return
      this.#entries.delete(oldest)
    }
  }
}
