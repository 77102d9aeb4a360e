import { ConnectError } from '../../base/errors.ts'
import type { ExactlyOnceTask, TaskId } from '../../runtime/task-host.ts'
import type { ConfigStore } from './config-store.ts'
import type { ConfigView } from './config-view.ts'
import type { DistributedSettings } from './distributed-settings.ts'
import { taskKey } from './work-set.ts'
import { transactionalId } from './zombie-fencing.ts'

export interface ExactlyOnceTasksDependencies {
  readonly settings: Pick<DistributedSettings, 'exactlyOnce' | 'groupId'>
  readonly configs: ConfigStore
  readonly view: ConfigView
  /** Whether the task is this worker's. */
  runsTask(id: TaskId): boolean
}

/** Which tasks deliver exactly once, and whether one that is about to start still may. */
export class ExactlyOnceTasks {
  readonly #deps: ExactlyOnceTasksDependencies

  constructor(deps: ExactlyOnceTasksDependencies) {
    this.#deps = deps
  }

  /** null for a task that does not deliver exactly once. */
  find(id: TaskId): ExactlyOnceTask | null {
    const { settings, configs, view } = this.#deps
    const { exactlyOnce, groupId } = settings
    const connector = configs.snapshot.connectors.get(id.connector)
    if (exactlyOnce !== 'enabled' || connector === undefined) return null
    if (view.state.get(id.connector)?.type !== 'source') return null
    return { transactionalId: transactionalId(groupId, id), generation: connector.taskGeneration }
  }

  /**
   * Resolves when a task whose producer is open may start.
   * @param generation Round of tasks that it is of.
   * @throws ConnectError CONNECT_FAILED for a task of an earlier round, or of another worker.
   */
  async confirm(id: TaskId, generation: number): Promise<void> {
    const { configs, runsTask } = this.#deps
    await configs.readToEnd(Number.POSITIVE_INFINITY)
    const connector = configs.snapshot.connectors.get(id.connector)
    if (connector === undefined || !runsTask(id)) {
      throw outdated(id, 'as it has already been revoked from this worker')
    }
    if (connector.taskGeneration === generation) return
    throw outdated(
      id,
      'with exactly-once support as the connector has already generated a new set of task configs',
    )
  }
}

function outdated(id: TaskId, reason: string): ConnectError {
  return new ConnectError(`Cannot start source task ${taskKey(id)} ${reason}`, {
    code: 'CONNECT_FAILED',
  })
}
