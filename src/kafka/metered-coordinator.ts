import type { CoordinatorMetrics, CoordinatorRequest } from '../metrics/coordinator-metrics.ts'
import type { Fields, FieldsIn, FieldsOut } from '../protocol/fields.ts'
import { type Api, heartbeat, joinGroup, offsetCommit, syncGroup } from './apis.ts'
import type { Cluster } from './cluster.ts'
import { Coordinator } from './coordinator.ts'

const measured: ReadonlyMap<unknown, CoordinatorRequest> = new Map<unknown, CoordinatorRequest>([
  [joinGroup, 'join'],
  [syncGroup, 'sync'],
  [heartbeat, 'heartbeat'],
  [offsetCommit, 'commit'],
])

/** Coordinator of a group whose answers are measured. */
export class MeteredCoordinator extends Coordinator {
  readonly #metrics: CoordinatorMetrics

  constructor(cluster: Cluster, groupId: string, metrics: CoordinatorMetrics) {
    super(cluster, groupId)
    this.#metrics = metrics
  }

  override async send<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    body: FieldsIn<Q>,
    timeoutMs?: number,
  ): Promise<FieldsOut<S>> {
    const what = measured.get(api)
    if (what === undefined) return super.send(api, body, timeoutMs)
    if (what === 'join') this.#metrics.joining()
    if (what === 'heartbeat') this.#metrics.beating()
    const startMs = performance.now()
    const answer = await super.send(api, body, timeoutMs)
    this.#metrics.answered(what, performance.now() - startMs)
    const { errorCode }: { readonly errorCode?: unknown } = answer
    if (what === 'sync' && errorCode === 0) this.#metrics.joined()
    return answer
  }
}

/** @param metrics null where nobody wants them. */
export function groupCoordinator(
  cluster: Cluster,
  groupId: string,
  metrics: CoordinatorMetrics | null,
): Coordinator {
  return metrics === null
    ? new Coordinator(cluster, groupId)
    : new MeteredCoordinator(cluster, groupId, metrics)
}
