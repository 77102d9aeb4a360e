import { messageOf, RetriableError } from '../../base/errors.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { SessionKey } from './config-records.ts'
import { signatureHeaders } from './session-keys.ts'
import type { WorkerAnswer, WorkerClient } from './worker-client.ts'

/**
 * Sends the tasks of a connector to the leader.
 * @param signing null where the group does not sign.
 * @throws RetriableError with what the leader answered, or why it can't be reached.
 */
export type TaskSender = (
  leaderUrl: string,
  connector: string,
  tasks: readonly ConfigProps[],
  signing: { readonly key: SessionKey; readonly algorithm: string } | null,
) => Promise<void>

export function createTaskSender(client: WorkerClient): TaskSender {
  return async (leaderUrl, connector, tasks, signing) => {
    const url = new URL(`${leaderUrl}connectors/${encodeURIComponent(connector)}/tasks`)
    const body = Buffer.from(JSON.stringify(tasks))
    const headers = signing === null ? {} : signatureHeaders(body, signing.key, signing.algorithm)
    let answer: WorkerAnswer
    try {
      answer = await client(url, { method: 'POST', headers, body })
    } catch (cause) {
      throw new RetriableError(`the leader at ${leaderUrl} can't be reached: ${messageOf(cause)}`, {
        cause,
      })
    }
    if (answer.status < 300) return
    throw new RetriableError(`the leader at ${leaderUrl} answered ${answer.status}: ${answer.body}`)
  }
}
