import { ConnectError } from '../../base/errors.ts'
import type { TaskId } from '../../runtime/task-host.ts'
import type { LoggedConnector } from './config-log.ts'
import type { ConfigStore } from './config-store.ts'

export interface FencingDependencies {
  readonly configs: ConfigStore
  /** `group.id` of the workers. */
  readonly groupId: string
  /** Ends producers with these transactional ids, by a client with the connector's settings. */
  fenceProducers(connector: string, transactionalIds: readonly string[]): Promise<void>
  /** Runs work while nothing else changes the connector. */
  inTurn(connector: string, work: () => Promise<void>): Promise<void>
}

interface Round {
  readonly done: Promise<void>
  /** Fails it at once. */
  end(): void
}

/** How long reading the config topic may take. */
const READ_TIMEOUT_MS = 30_000

/**
 * Before the first exactly-once task of a generation starts, the leader ends the producers of all
 * earlier tasks, and notes how many the new generation has: those the next round ends.
 */
export class ZombieFencing {
  readonly #deps: FencingDependencies
  readonly #rounds = new Map<string, Round>()

  constructor(deps: FencingDependencies) {
    this.#deps = deps
  }

  /**
   * Resolves when tasks of the connector's newest generation may open producers; those that wait
   * at the same time share a round.
   * @throws ConnectError CONFLICT when the connector got other tasks meanwhile.
   */
  fence(name: string): Promise<void> {
    const connector = this.#deps.configs.snapshot.connectors.get(name)
    if (connector?.pendingFencing !== true) return Promise.resolve()
    const running = this.#rounds.get(name)
    if (running !== undefined) return running.done
    const ended = Promise.withResolvers<never>()
    const round = {
      done: Promise.race([this.#run(name, connector), ended.promise]),
      end: () => ended.reject(outrun()),
    }
    const forget = () => {
      if (this.#rounds.get(name) === round) this.#rounds.delete(name)
    }
    this.#rounds.set(name, round)
    round.done.then(forget, forget)
    return round.done
  }

  /**
   * A connector got other tasks: nobody waits any longer for what was to go before the former ones,
   * and the next who asks does not wait for that either.
   */
  outdate(name: string): void {
    this.#rounds.get(name)?.end()
    this.#rounds.delete(name)
  }

  async #run(name: string, connector: LoggedConnector): Promise<void> {
    const { configs, groupId, fenceProducers, inTurn } = this.#deps
    const { taskCount, taskCountRecord, taskGeneration } = connector
    // One task that follows one task ends its producer by opening its own.
    const takesOver = taskCountRecord === 1 && taskCount === 1
    if (taskCountRecord !== null && taskCountRecord > 0 && !takesOver) {
      const tasks = Array.from({ length: taskCountRecord }, (_, task) => task)
      await fenceProducers(
        name,
        tasks.map((task) => transactionalId(groupId, { connector: name, task })),
      )
    }
    await inTurn(name, async () => {
      await configs.readToEnd(READ_TIMEOUT_MS)
      const now = configs.snapshot.connectors.get(name)
      if (now?.taskGeneration !== taskGeneration) throw outrun()
      await configs.putTaskCount(name, taskCount)
    })
  }
}

function outrun(): ConnectError {
  return new ConnectError(
    'Fencing failed because new task configurations were generated for the connector',
    { code: 'CONFLICT' },
  )
}

/** Of the producer of an exactly-once source task. */
export function transactionalId(groupId: string, { connector, task }: TaskId): string {
  return `${groupId}-${connector}-${task}`
}
