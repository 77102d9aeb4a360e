import type { Implementation } from '../worker.ts'
import { STEADY } from './connectors.ts'

/** What the rows of the table say, in their order, each with the digits behind its point. */
export const rows = {
  coldStart: { title: 'cold start of three workers: until all connectors send, s', digits: 1 },
  ready: { title: '- until the last of the three answers requests, s', digits: 1 },
  created: { title: 'creating all by four clients: until all connectors send, s', digits: 1 },
  createdInTime: { title: '- connectors created in the time that there is for it', digits: 0 },
  createP50: { title: '- one request, p50, ms', digits: 0 },
  createP99: { title: '- one request, p99, ms', digits: 0 },
  refusals: { title: '- answers with 409 or 5xx', digits: 0 },
  oneMore: { title: 'one more connector: from the request until it sends, ms', digits: 0 },
  oneMorePause: { title: '- longest pause of any other task, ms', digits: 0 },
  statusP50: { title: 'status of a connector, p50, ms', digits: 1 },
  statusP99: { title: '- p99, ms', digits: 1 },
  scrape: { title: 'GET /metrics of a worker, ms', digits: 0 },
  scrapeKiB: { title: '- its size, KiB', digits: 0 },
  quiet: { title: 'nothing happens: longest pause of any task, ms', digits: 0 },
  joinStayed: { title: 'a worker joins: longest pause of a task that stays, ms', digits: 0 },
  joinMoved: { title: '- of a task that moves, ms', digits: 0 },
  leaveStayed: { title: 'a worker leaves: longest pause of a task that stays, ms', digits: 0 },
  leaveMoved: { title: '- of a task that moves, ms', digits: 0 },
  dieStayed: { title: 'a worker dies: longest pause of a task that stays, ms', digits: 0 },
  dieMoved: { title: '- of a task that moves, ms', digits: 0 },
  idleMiB: { title: 'memory of three workers without connectors, MiB', digits: 0 },
  fewMiB: { title: `- with ${STEADY} connectors, MiB`, digits: 0 },
  fullMiB: { title: '- with all connectors, MiB', digits: 0 },
  sharedOnceMiB: { title: '- pages that processes share counted once (PSS), MiB', digits: 0 },
  connectorKiB: { title: '- divided by the connectors, KiB', digits: 0 },
  furtherKiB: { title: `- resident, for each connector after the first ${STEADY}, KiB`, digits: 0 },
  cpuShare: { title: 'CPU of three workers with all connectors, % of a core', digits: 0 },
  stop: { title: 'clean stop of all workers, s', digits: 1 },
} as const

export type Row = keyof typeof rows

/** One figure of one run. */
export interface Figure {
  readonly connectors: number
  readonly implementation: Implementation
  readonly row: Row
  /** null for what did not come about in time. */
  readonly value: number | null
}
