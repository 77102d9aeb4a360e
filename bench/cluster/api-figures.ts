import { median } from '../median.ts'
import { CLIENTS } from './creation.ts'
import { createConnector, makeRequests } from './requests.ts'
import type { Scenario } from './scenario.ts'
import { rest, until } from './waiting.ts'

export const STATUS_REQUESTS = 2000
export const SCRAPES = 5
const ONE_MORE = 5
/** Requests go through all connectors, but not in their order. */
const STRIDE = 7919

export async function requestStatuses(scenario: Scenario): Promise<void> {
  const { cluster, connectors, limitMs, measured } = scenario
  const { done, p50, p99 } = await makeRequests({
    ...{ clients: CLIENTS, count: STATUS_REQUESTS, limitMs },
    send: (n) => fetch(`${cluster.url(n)}/connectors/${connectors.name(n * STRIDE)}/status`),
  })
  const isDone = done.size === STATUS_REQUESTS
  measured('statusP50', isDone ? p50 : null)
  measured('statusP99', isDone ? p99 : null)
}

/** Only Millrace has metrics over HTTP. */
export async function scrapeMetrics({ cluster, measured }: Scenario): Promise<void> {
  const latenciesMs: number[] = []
  let bytes = 0
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    for (const url of cluster.urls) {
      const startedMs = performance.now()
      const answer = await fetch(`${url}/metrics`)
      bytes = Math.max(bytes, (await answer.arrayBuffer()).byteLength)
      latenciesMs.push(performance.now() - startedMs)
      if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`)
    }
  }
  measured('scrape', median(latenciesMs))
  measured('scrapeKiB', bytes / 1024)
}

export async function createOneMore(scenario: Scenario): Promise<void> {
  const { cluster, connectors, ticks, limitMs, measured } = scenario
  for (let more = 0; more < ONE_MORE; more++) {
    const name = `more-${more}`
    const fromMs = Date.now()
    const config = connectors.config(1)
    await makeRequests({
      ...{ clients: 1, count: 1, limitMs },
      send: () => createConnector(cluster.url(more), name, config),
    })
    const isDone = await until(() => ticks.firstMs(name) !== null, limitMs)
    measured('oneMore', isDone ? (ticks.firstMs(name) ?? 0) - fromMs : null)
    await rest(ticks, limitMs)
    const { stayed, moved } = ticks.gaps(connectors.steady, fromMs)
    measured('oneMorePause', Math.max(...stayed, ...moved))
  }
}
