import { tickClass } from './plugins.ts'

/** Connectors that send every 50 ms, so that pauses show; all others send every 5 s. */
export const STEADY = 12
export const STEADY_INTERVAL_MS = 50
export const CROWD_INTERVAL_MS = 5000

export interface TickTopics {
  /** Of the tasks whose pauses count. */
  readonly steady: string
  readonly crowd: string
}

/** The connectors of one cluster; every so many of them is a steady one. */
export class TickConnectors {
  readonly names: readonly string[]
  readonly steady: readonly string[]
  readonly #topics: TickTopics
  readonly #step: number

  constructor(prefix: string, count: number, topics: TickTopics) {
    this.#topics = topics
    this.#step = Math.ceil(count / STEADY)
    this.names = Array.from({ length: count }, (_, n) => `${prefix}-${n}`)
    this.steady = this.names.filter((_, n) => this.#isSteady(n))
  }

  name(n: number): string {
    return this.names[n % this.names.length] ?? ''
  }

  config(n: number): Readonly<Record<string, string>> {
    const isSteady = this.#isSteady(n)
    return {
      'connector.class': tickClass,
      topic: isSteady ? this.#topics.steady : this.#topics.crowd,
      'interval.ms': String(isSteady ? STEADY_INTERVAL_MS : CROWD_INTERVAL_MS),
    }
  }

  #isSteady(n: number): boolean {
    return n % this.#step === 0
  }
}
