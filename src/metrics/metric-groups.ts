import type { MetricGroup, MetricsRegistry } from './registry.ts'

/** Groups that go together; those that come after the end are never shown. */
export class MetricGroups {
  readonly #registry: MetricsRegistry
  readonly #removals = new Set<() => void>()
  #isClosed: boolean

  constructor(registry: MetricsRegistry) {
    this.#registry = registry
    this.#isClosed = false
  }

  /** @returns What takes the group out before the others. */
  add(group: MetricGroup): () => void {
    if (this.#isClosed) return () => {}
    const remove = this.#registry.add(group)
    this.#removals.add(remove)
    return () => {
      this.#removals.delete(remove)
      remove()
    }
  }

  close(): void {
    this.#isClosed = true
    for (const remove of this.#removals) remove()
    this.#removals.clear()
  }
}
