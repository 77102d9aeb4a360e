import { ConnectError, messageOf, RetriableError } from '../../base/errors.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { SessionKey } from './config-records.ts'
import { signatureHeaders } from './session-keys.ts'
import {
  isGoing,
  UNREACHABLE_HELP,
  type WorkerAnswer,
  type WorkerClient,
  type WorkerRequest,
} from './worker-client.ts'

/** What requests to the leader are signed with. */
export interface Signing {
  readonly key: SessionKey
  readonly algorithm: string
}

/** Internal requests to the leader at a URL; `signing` is null where the group does not sign. */
export interface LeaderClient {
  /** @throws RetriableError with what the leader answered, or why it can't be reached. */
  putTasks(
    leaderUrl: string,
    connector: string,
    tasks: readonly ConfigProps[],
    signing: Signing | null,
  ): Promise<void>
  /**
   * @throws RetriableError when the leader can't be reached, or could not do it; ConnectError
   *   CONNECT_FAILED when it refused.
   */
  fenceZombies(leaderUrl: string, connector: string, signing: Signing | null): Promise<void>
}

/**
 * The key that a request was signed with may have been replaced; what the leader is busy with, a
 * rebalance or an earlier round of fencing, ends.
 */
const passing: ReadonlySet<number> = new Set([403, 409])

export function createLeaderClient(client: WorkerClient): LeaderClient {
  const send = async (
    leaderUrl: string,
    path: string,
    signing: Signing | null,
    request: Pick<WorkerRequest, 'method' | 'body'>,
  ): Promise<WorkerAnswer> => {
    const headers =
      signing === null ? {} : signatureHeaders(request.body, signing.key, signing.algorithm)
    try {
      return await client(new URL(leaderUrl + path), { ...request, headers })
    } catch (cause) {
      throw new RetriableError(
        `the leader at ${leaderUrl} can't be reached: ${messageOf(cause)} (${UNREACHABLE_HELP})`,
        { cause },
      )
    }
  }
  return {
    async putTasks(leaderUrl, connector, tasks, signing) {
      const path = `connectors/${encodeURIComponent(connector)}/tasks`
      const body = Buffer.from(JSON.stringify(tasks))
      const answer = await send(leaderUrl, path, signing, { method: 'POST', body })
      if (answer.status >= 300) throw new RetriableError(refusalOf(leaderUrl, answer))
    },
    async fenceZombies(leaderUrl, connector, signing) {
      const path = `connectors/${encodeURIComponent(connector)}/fence`
      const answer = await send(leaderUrl, path, signing, { method: 'PUT', body: Buffer.alloc(0) })
      if (answer.status < 300) return
      const refusal = refusalOf(leaderUrl, answer)
      if (passing.has(answer.status) || answer.status >= 500 || isGoing(answer)) {
        throw new RetriableError(refusal)
      }
      throw new ConnectError(refusal, { code: 'CONNECT_FAILED' })
    },
  }
}

function refusalOf(leaderUrl: string, { status, body }: WorkerAnswer): string {
  return `the leader at ${leaderUrl} answered ${status}: ${body}`
}
