import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expectStatus } from './cluster.ts'
import { type Counted, countIn } from './counted.ts'
import type { Site } from './site.ts'
import { type Implementation, startWorker, type Worker } from './worker.ts'

interface CountingCluster {
  readonly counted: Counted
  /** Starts one more worker, which is killed after the test. */
  start(implementation?: Implementation, support?: string): Promise<Worker>
}

/**
 * A cluster whose sources deliver exactly once, the counting connector among what it can run.
 * @param counters A letter for each counter at first.
 * @param plugins `plugin.path` of each kind of worker.
 */
export async function countingCluster(
  t: { after(end: () => Promise<void>): void },
  { bootstrap, folder }: Site,
  counters: string,
  plugins: Readonly<Partial<Record<Implementation, string>>>,
): Promise<CountingCluster> {
  const cluster = `counting-${randomUUID().slice(0, 8)}`
  const counted = await countIn(bootstrap, folder, `${cluster}-counts`, counters)
  t.after(counted.close)
  let started = 0
  const start = async (implementation: Implementation = 'millrace', support = 'enabled') => {
    const worker = await startWorker({
      bootstrap,
      folder: join(folder, cluster, `${started++}`),
      cluster,
      implementation,
      settings: {
        'plugin.path': plugins[implementation] ?? '',
        'exactly.once.source.support': support,
        'heartbeat.interval.ms': '300',
        'session.timeout.ms': '6000',
      },
    })
    t.after(() => worker.kill())
    return worker
  }
  return { counted, start }
}

export async function createCounting(worker: Worker, { config }: Counted): Promise<void> {
  await expectStatus(201, worker, 'PUT', '/connectors/counting/config', config)
}
