import type { Clock } from '../base/clock.ts'
import type { ResolvedProps } from '../config/variables.ts'
import { sameProps } from './operations.ts'

/** Something that runs with resolved properties: a connector, or one of its tasks by its number. */
export type Part = 'connector' | number

/** Shorter times to live would keep a connector from its work. */
const DELAY_MIN_MS = 1000
/** Time until a provider that failed is asked again. */
const RETRY_MS = 30_000

interface Uses {
  readonly parts: Map<Part, readonly ResolvedProps[]>
  /** When `onExpired` is due. */
  dueMs: number
  timer: AbortController
}

/** Remembers which values of config providers are in use, and tells when they expire. */
export class ConfigReloads {
  readonly #clock: Clock
  readonly #onExpired: (connector: string) => void
  readonly #uses = new Map<string, Uses>()

  constructor(clock: Clock, onExpired: (connector: string) => void) {
    this.#clock = clock
    this.#onExpired = onExpired
  }

  /**
   * A part runs with these values.
   * @param resolved The connector's own properties first.
   */
  use(connector: string, part: Part, resolved: readonly ResolvedProps[]): void {
    const ttls = resolved.flatMap(({ ttlMs }) => ttlMs ?? [])
    if (ttls.length === 0 || resolved[0]?.props['config.action.reload']?.trim() === 'none') {
      this.forget(connector, part)
      return
    }
    const uses = this.#uses.get(connector) ?? noUses()
    uses.parts.set(part, resolved)
    this.#uses.set(connector, uses)
    this.#schedule(connector, uses, Math.max(DELAY_MIN_MS, Math.min(...ttls)))
  }

  forget(connector: string, part: Part): void {
    const uses = this.#uses.get(connector)
    uses?.parts.delete(part)
    if (uses?.parts.size !== 0) return
    uses.timer.abort()
    this.#uses.delete(connector)
  }

  /** The parts of a connector whose values expire. */
  parts(connector: string): readonly Part[] {
    return [...(this.#uses.get(connector)?.parts.keys() ?? [])]
  }

  /** Whether a part runs with other values than the newest; if not, these count from now on. */
  isOutdated(connector: string, part: Part, newest: readonly ResolvedProps[]): boolean {
    const used = this.#uses.get(connector)?.parts.get(part)
    if (used?.some(({ props }, index) => !sameProps(props, newest[index]?.props ?? {}))) return true
    this.use(connector, part, newest)
    return false
  }

  /** The newest values can't be had now. @returns Milliseconds until the next attempt. */
  retry(connector: string): number {
    const uses = this.#uses.get(connector)
    if (uses !== undefined) this.#schedule(connector, uses, RETRY_MS)
    return RETRY_MS
  }

  close(): void {
    for (const { timer } of this.#uses.values()) timer.abort()
    this.#uses.clear()
  }

  #schedule(connector: string, uses: Uses, delayMs: number): void {
    const dueMs = this.#clock.elapsed() + delayMs
    if (uses.dueMs <= dueMs) return
    uses.timer.abort()
    uses.timer = new AbortController()
    uses.dueMs = dueMs
    const { signal } = uses.timer
    void this.#clock.sleep(delayMs, signal).then(() => {
      if (signal.aborted) return
      uses.dueMs = Number.POSITIVE_INFINITY
      this.#onExpired(connector)
    })
  }
}

function noUses(): Uses {
  return { parts: new Map(), dueMs: Number.POSITIVE_INFINITY, timer: new AbortController() }
}
