import type { MetricsRegistry, Readings } from './registry.ts'
import type { Status } from './status.ts'
import type { PluginName } from './task-metrics.ts'

/** What a change says of a start: null when it says nothing new. */
export type StartOutcome = 'succeeded' | 'failed' | null

/** Where something is on its way from its start to its stop. */
class Life {
  status: Status = 'unassigned'
  #outcome: StartOutcome = null

  change(status: Status): StartOutcome {
    this.status = status
    if (this.#outcome !== null || (status !== 'running' && status !== 'failed')) return null
    this.#outcome = status === 'running' ? 'succeeded' : 'failed'
    return this.#outcome
  }
}

/** Tasks of one connector that one worker has; their metrics are there while it has any. */
export class ConnectorTasks {
  readonly #add: () => () => void
  readonly #tasks = new Map<number, { readonly life: Life; isRestarting(): boolean }>()
  #remove: (() => void) | null = null

  constructor(registry: MetricsRegistry, connector: string) {
    const group = {
      domain: 'kafka.connect',
      type: 'connect-worker-metrics',
      tags: { connector },
      read: () => this.#read(),
    }
    this.#add = () => registry.add(group)
  }

  get size(): number {
    return this.#tasks.size
  }

  /** @param isRestarting Whether a task that does not run yet, or no more, restarts. */
  add(task: number, isRestarting: () => boolean): void {
    this.#tasks.set(task, { life: new Life(), isRestarting })
    this.#remove ??= this.#add()
  }

  change(task: number, status: Status): StartOutcome {
    return this.#tasks.get(task)?.life.change(status) ?? null
  }

  remove(task: number): void {
    this.#tasks.delete(task)
    if (this.#tasks.size > 0) return
    this.#remove?.()
    this.#remove = null
  }

  #read(): Readings {
    const counts: Record<Status, number> = {
      ...{ running: 0, paused: 0, failed: 0, unassigned: 0, restarting: 0, stopped: 0 },
    }
    for (const { life, isRestarting } of this.#tasks.values()) {
      counts[life.status === 'unassigned' && isRestarting() ? 'restarting' : life.status]++
    }
    return {
      'connector-total-task-count': this.#tasks.size,
      'connector-running-task-count': counts.running,
      'connector-paused-task-count': counts.paused,
      'connector-failed-task-count': counts.failed,
      'connector-unassigned-task-count': counts.unassigned,
      'connector-destroyed-task-count': 0,
      'connector-restarting-task-count': counts.restarting,
    }
  }
}

/** A connector whose own part, or some of whose tasks, one worker has. */
export class ConnectorMetrics {
  readonly tasks: ConnectorTasks
  readonly #registry: MetricsRegistry
  readonly #name: string
  #life: Life | null = null
  #remove: (() => void) | null = null

  constructor(registry: MetricsRegistry, name: string) {
    this.#registry = registry
    this.#name = name
    this.tasks = new ConnectorTasks(registry, name)
  }

  get isHere(): boolean {
    return this.#life !== null
  }

  get isEmpty(): boolean {
    return this.#life === null && this.tasks.size === 0
  }

  /** @param plugin null where nobody knows the class. */
  begin(
    plugin: (PluginName & { readonly kind: 'source' | 'sink' }) | null,
    className: string,
  ): void {
    this.end()
    const life = new Life()
    this.#life = life
    this.#remove = this.#registry.add({
      domain: 'kafka.connect',
      type: 'connector-metrics',
      tags: { connector: this.#name },
      read: () => ({
        status: life.status,
        'connector-type': plugin?.kind ?? 'unknown',
        'connector-class': plugin?.class ?? className,
        'connector-version': plugin?.version ?? '',
      }),
    })
  }

  end(): void {
    this.#life = null
    this.#remove?.()
    this.#remove = null
  }

  change(status: Status): StartOutcome {
    return this.#life?.change(status) ?? null
  }
}
