import { setTimeout } from 'node:timers/promises'

export type ConnectorConfig = Readonly<Record<string, string>>

/** What the answers to many requests took, in milliseconds. */
export interface Latencies {
  /** Numbers of the requests that were done in time; the others count nowhere. */
  readonly done: ReadonlySet<number>
  readonly p50: number
  readonly p99: number
  /** Answers with 409 or a server's error, after which a request was made again. */
  readonly refusals: number
}

export interface Load {
  readonly clients: number
  readonly count: number
  /** Makes request number `n`. */
  send(n: number): Promise<Response>
  /** No request is begun after this time. */
  readonly limitMs: number
}

const RETRY_MS = 50

/**
 * Makes requests, each of the clients one after the other; one that is refused, as during a
 * rebalance, again and again: its time is that until it is done.
 * @throws Error for an answer that a second try would not change.
 */
export async function makeRequests(load: Load): Promise<Latencies> {
  const done = new Set<number>()
  const latenciesMs: number[] = []
  const deadline = performance.now() + load.limitMs
  let next = 0
  let refusals = 0
  const request = async (n: number) => {
    const startedMs = performance.now()
    while (performance.now() < deadline) {
      const answer = await load.send(n)
      const text = await answer.text()
      // A connector that is there although its request was refused.
      if (answer.ok || text.includes('already exists')) {
        latenciesMs.push(performance.now() - startedMs)
        done.add(n)
        return
      }
      if (answer.status < 409) throw new Error(`${answer.url}: ${answer.status} ${text}`)
      refusals++
      await setTimeout(RETRY_MS)
    }
  }
  const client = async () => {
    while (next < load.count && performance.now() < deadline) await request(next++)
  }
  await Promise.all(Array.from({ length: load.clients }, client))
  latenciesMs.sort((a, b) => a - b)
  const quantile = (share: number) => latenciesMs[Math.floor((done.size - 1) * share)] ?? 0
  return { done, p50: quantile(0.5), p99: quantile(0.99), refusals }
}

export function createConnector(
  url: string,
  name: string,
  config: ConnectorConfig,
): Promise<Response> {
  return fetch(`${url}/connectors`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, config }),
  })
}
