import type { errorCode } from '../protocol/error-codes.ts'

/** What goes wrong with a request. */
export type FaultKind =
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** No answer comes; the connection stays, and what follows on it isn't answered either. */
  | { readonly kind: 'drop' }
  /** Everything that was asked for is answered with this error. */
  | { readonly kind: 'error'; readonly error: keyof typeof errorCode }
  | { readonly kind: 'disconnect' }

export type Fault = FaultKind & {
  /** Name in Apache Kafka, such as `Produce`. */
  readonly api: string
  /** Only requests that name this topic; all when left out. */
  readonly topic?: string
  /** `before`, the default: the request has no effect. `after`: it has, but the answer suffers. */
  readonly when?: 'before' | 'after'
  /** How many requests at the most; no limit when left out. */
  readonly times?: number
  /** Share of requests, from 0 to 1; all when left out. */
  readonly rate?: number
}

interface ActiveFault {
  readonly fault: Fault
  timesLeft: number
}

/** Faults that tests have put into a running broker. */
export class Faults {
  readonly #active = new Set<ActiveFault>()
  readonly #random: () => number

  /** @param random Uniform in [0, 1). */
  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  get isEmpty(): boolean {
    return this.#active.size === 0
  }

  /** @returns Takes the fault away. */
  add(fault: Fault): () => void {
    const active = { fault, timesLeft: fault.times ?? Number.POSITIVE_INFINITY }
    this.#active.add(active)
    return () => {
      this.#active.delete(active)
    }
  }

  clear(): void {
    this.#active.clear()
  }

  /**
   * The fault that hits a request, null for none. Counts it.
   * @param topics Asked for only where a fault is about a topic.
   */
  hit(api: string, topics: () => ReadonlySet<string>): (FaultKind & Pick<Fault, 'when'>) | null {
    for (const active of this.#active) {
      const { fault } = active
      if (fault.api !== api) continue
      if (fault.topic !== undefined && !topics().has(fault.topic)) continue
      if (fault.rate !== undefined && this.#random() >= fault.rate) continue
      active.timesLeft--
      if (active.timesLeft <= 0) this.#active.delete(active)
      return fault
    }
    return null
  }
}
