import { messageOf, RetriableError } from '../../base/errors.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { SessionKey } from './config-records.ts'
import { signatureHeaders } from './session-keys.ts'

const TIMEOUT_MS = 90_000

/**
 * Sends the tasks of a connector to the leader.
 * @param signing null where the group does not sign.
 * @throws RetriableError with what the leader answered, or why it can't be reached.
 */
export async function sendTasks(
  leaderUrl: string,
  connector: string,
  tasks: readonly ConfigProps[],
  signing: { readonly key: SessionKey; readonly algorithm: string } | null,
): Promise<void> {
  const url = `${leaderUrl}connectors/${encodeURIComponent(connector)}/tasks`
  const body = Buffer.from(JSON.stringify(tasks))
  let answer: Response
  try {
    answer = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'kafka-connect',
        ...(signing === null ? {} : signatureHeaders(body, signing.key, signing.algorithm)),
      },
    })
  } catch (cause) {
    throw new RetriableError(`the leader at ${leaderUrl} can't be reached: ${messageOf(cause)}`, {
      cause,
    })
  }
  if (answer.status < 300) return
  throw new RetriableError(
    `the leader at ${leaderUrl} answered ${answer.status}: ${await answer.text()}`,
  )
}
