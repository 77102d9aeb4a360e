import { randomBytes, randomUUID } from 'node:crypto'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { GroupDescription } from '../../kafka/client.ts'
import type { SessionKey } from './config-records.ts'
import { type ForeignWorker, lookalikes } from './foreign-cluster.ts'
import { signatureHeaders } from './session-keys.ts'
import type { WorkerClient } from './worker-client.ts'

export interface ConfigSharingDependencies {
  readonly groupId: string
  /** As other workers know this one. */
  readonly url: string
  /** All groups of workers that the broker knows of. */
  describeGroups(): Promise<readonly GroupDescription[]>
  isConfigured(connector: string): boolean
  /** null where workers don't sign. */
  readonly sessionKey: SessionKey | null
  /** `inter.worker.signature.algorithm` */
  readonly signatureAlgorithm: string
  readonly askWorker: WorkerClient
  readonly logger: Logger
}

const REFUSED = 403
/** What is asked for is not there; or a follower has its leader say that it was not signed. */
const taken: ReadonlySet<number> = new Set([400, 404, 409])

/**
 * Finds a worker of another cluster that was given the config topic of this one: it has the
 * session key from there, so it takes what this worker signs for a request of its own cluster. It
 * is asked for something that is not there, and nothing is written.
 * @returns null also where this worker may not know, or can't ask.
 */
export async function findConfigSharer(
  deps: ConfigSharingDependencies,
): Promise<ForeignWorker | null> {
  const { describeGroups, isConfigured, sessionKey, logger } = deps
  if (sessionKey === null) return null
  try {
    for (const worker of lookalikes(await describeGroups(), deps, isConfigured)) {
      if (await hasKey(worker, sessionKey, deps)) return worker
    }
  } catch (error) {
    logger.debug(`Clusters with the same config topic are not looked for: ${messageOf(error)}`)
  }
  return null
}

async function hasKey(
  worker: ForeignWorker,
  sessionKey: SessionKey,
  deps: ConfigSharingDependencies,
): Promise<boolean> {
  const strange = { ...sessionKey, key: randomBytes(sessionKey.key.length) }
  try {
    // One that does not look at signatures tells nothing.
    const looks = (await statusWith(strange, worker, deps)) === REFUSED
    return looks && taken.has(await statusWith(sessionKey, worker, deps))
  } catch (error) {
    const { workerId, groupId } = worker
    deps.logger.debug(`Worker ${workerId} of ${groupId} does not answer: ${messageOf(error)}`)
    return false
  }
}

async function statusWith(
  key: SessionKey,
  { url }: ForeignWorker,
  { askWorker, signatureAlgorithm }: ConfigSharingDependencies,
): Promise<number> {
  const body = Buffer.alloc(0)
  const name = `millrace-looks-for-other-clusters-${randomUUID()}`
  const headers = signatureHeaders(body, key, signatureAlgorithm)
  const answer = await askWorker(new URL(`connectors/${name}/fence`, url), {
    ...{ method: 'PUT', headers, body },
  })
  return answer.status
}

export function describeSharer(
  { groupId, workerId, runs }: ForeignWorker,
  ownGroup: string,
): string {
  return `Worker ${workerId} of cluster ${groupId} runs ${runs} and has the session key of this cluster, ${ownGroup}: both use the same config topic, or one was copied from the other within inter.worker.key.ttl.ms. With the same topic each runs all connectors once more, and overwrites what the other writes: give one of them topics of its own (config.storage.topic, offset.storage.topic, status.storage.topic), or both the same group.id`
}
