import { randomUUID } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { GroupDescription } from '../../kafka/client.ts'
import { type ForeignWorker, suspects } from './foreign-cluster.ts'
import type { TopicStatusStore } from './topic-status-store.ts'
import type { WorkerClient } from './worker-client.ts'

export interface TopicSharingDependencies {
  readonly groupId: string
  readonly workerId: string
  /** As other workers know this one. */
  readonly url: string
  readonly statuses: TopicStatusStore
  /** All groups of workers that the broker knows of. */
  describeGroups(): Promise<readonly GroupDescription[]>
  readonly askWorker: WorkerClient
  readonly clock: Clock
  readonly logger: Logger
}

/** By then whoever follows the topic has read what was put there, also on a busy machine. */
const PROOF_MS = 10_000
const ASK_DELAY_MS = 250

/**
 * Finds a worker of another cluster that was given the topics of this one. A status that a killed
 * worker left looks alike, so who is suspected has to show what only the topic can have told it:
 * the status of a connector that is put there for that moment.
 * @returns null also where this worker may not know, or can't ask.
 */
export async function findForeignWorker(
  deps: TopicSharingDependencies,
): Promise<ForeignWorker | null> {
  const { statuses, logger } = deps
  const suspected = await suspectedBy(deps)
  if (suspected.length === 0) return null
  const probe = `millrace-looks-for-other-clusters-${randomUUID()}`
  try {
    const answers = await provedBy(suspected, probe, deps)
    for (const [index, worker] of suspected.entries()) {
      if (answers[index] === null) logger.warn(unproven(worker))
    }
    return suspected[answers.indexOf(true)] ?? null
  } finally {
    statuses.removeConnector(probe)
    await statuses.flush()
  }
}

/** @returns For each whether it shows the connector; null where it does not tell. */
async function provedBy(
  suspected: readonly ForeignWorker[],
  probe: string,
  { statuses, workerId, askWorker, clock }: TopicSharingDependencies,
): Promise<ReadonlyArray<boolean | null>> {
  const untilMs = clock.elapsed() + PROOF_MS
  const ask = async ({ url }: ForeignWorker) => {
    const path = new URL(`connectors/${probe}/status`, url)
    const { status } = await askWorker(path, { method: 'GET', headers: {}, body: Buffer.alloc(0) })
    return status === 200 || (status === 404 ? false : null)
  }
  for (;;) {
    // Each time anew: a leader that knows no such connector may have removed it.
    statuses.putConnector(probe, { state: 'STOPPED', workerId, version: null, trace: null })
    await statuses.flush()
    const late = clock.sleep(untilMs - clock.elapsed()).then(() => null)
    const answers = await Promise.all(
      suspected.map((worker) => Promise.race([ask(worker).catch(() => null), late])),
    )
    if (answers.includes(true) || clock.elapsed() + ASK_DELAY_MS >= untilMs) return answers
    await clock.sleep(ASK_DELAY_MS)
  }
}

async function suspectedBy(deps: TopicSharingDependencies): Promise<readonly ForeignWorker[]> {
  try {
    return suspects(await deps.describeGroups(), deps, deps.statuses)
  } catch (error) {
    deps.logger.debug(`Other clusters on the same topics are not looked for: ${messageOf(error)}`)
    return []
  }
}

function unproven({ workerId, groupId, runs }: ForeignWorker): string {
  return `Worker ${workerId} of cluster ${groupId} runs ${runs}, and the topics of this cluster say so too, be it that it uses them or that a worker of this cluster had its address. It does not answer, so this worker goes on: see that the two clusters have topics of their own`
}
