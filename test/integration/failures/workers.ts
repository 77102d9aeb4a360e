import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { eventually } from '../../helpers/eventually.ts'
import { isApacheKafka, sharedTestBroker } from '../../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../../helpers/worker.ts'

export interface Part {
  readonly state: string
  readonly worker_id: string
  readonly trace?: string
}

/** A cluster of its own that reacts within a second; what is left of it is killed at the end. */
export interface TestCluster {
  readonly bootstrap: string
  readonly name: string
  readonly folder: string
  topic(kind: 'config' | 'offset' | 'status'): string
  /** Starts a worker and waits until it is healthy. */
  join(worker: string, settings?: Readonly<Record<string, string>>): Promise<Worker>
}

/** A machine may have more to do than these tests. */
export const TIMEOUT_MS = 180_000
/** For workers that are killed or frozen, and missed soon. */
export const mortal = { 'session.timeout.ms': '6000' }
/** `npm test` has no time for all variants. */
export const hasTime = isApacheKafka() || process.env['MILLRACE_TEST_KILLS'] !== undefined

export async function testCluster(
  t: TestContext,
  given?: { readonly bootstrap: string; readonly name?: string },
): Promise<TestCluster> {
  const kafka = given === undefined ? await sharedTestBroker() : null
  t.after(() => kafka?.stop())
  const bootstrap = given?.bootstrap ?? kafka?.bootstrap ?? ''
  const folder = temporaryFolder()
  t.after(folder.remove)
  const name = given?.name ?? `failures-${randomUUID().slice(0, 8)}`
  const quick = { 'heartbeat.interval.ms': '300' }
  return {
    bootstrap,
    name,
    folder: folder.path,
    topic: (kind) => `${name}-${kind}`,
    async join(worker, settings = {}) {
      const at = join(folder.path, worker)
      const all = { ...quick, ...settings }
      const started = await startWorker({ bootstrap, folder: at, cluster: name, settings: all })
      t.after(() => started.kill())
      return started
    },
  }
}

export function datagen(topic: string, tasks = 1): Readonly<Record<string, string>> {
  return {
    'connector.class': 'DatagenConnector',
    'kafka.topic': topic,
    quickstart: 'users',
    'max.interval': '200',
    'tasks.max': String(tasks),
  }
}

/** The connector, then its tasks; none where there is no status. */
export async function partsOf({ rest }: Worker, name: string): Promise<readonly Part[]> {
  const { status, body } = await rest('GET', `/connectors/${name}/status`)
  if (status !== 200) return []
  const { connector, tasks } = body as { readonly connector: Part; readonly tasks: Part[] }
  return [connector, ...tasks]
}

/** Waits until a worker shows these states of a connector and its tasks, as `RUNNING,RUNNING`. */
export function reaches(worker: Worker, name: string, states: string): Promise<void> {
  return eventually(`${name} ${states}`, TIMEOUT_MS, async () => {
    const parts = await partsOf(worker, name)
    assert.equal(parts.map(({ state }) => state).join(), states)
    return true
  })
}

/** Waits until the worker has printed what matches. */
export function prints(worker: Worker, text: RegExp, timeoutMs = TIMEOUT_MS): Promise<void> {
  return eventually(`printed: ${text}`, timeoutMs, () => text.test(worker.output()))
}

/** Waits until a worker ends by itself; one that does not is killed. @returns Its exit code. */
export async function ends(worker: ChildProcess): Promise<number | null> {
  const late = setTimeout(() => worker.kill('SIGKILL'), TIMEOUT_MS)
  if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit')
  clearTimeout(late)
  return worker.exitCode
}

/** `host:port`, as statuses show it. */
export function idOf({ url }: Worker): string {
  return url.replace('http://', '')
}
