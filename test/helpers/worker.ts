import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, kafkaHome } from './apache-kafka.ts'
import { eventually } from './eventually.ts'

const root = join(import.meta.dirname, '../..')

/** Which worker runs: Millrace's, or Apache Kafka Connect. */
export type Implementation = 'millrace' | 'apache'

export interface WorkerOptions {
  readonly bootstrap: string
  /** Files of the worker are kept here: logs, offsets, properties. */
  readonly folder: string
  readonly settings?: Readonly<Record<string, string>>
  /** Properties of connectors that are named on the command line. */
  readonly connectors?: ReadonlyArray<Readonly<Record<string, string>>>
  readonly implementation?: Implementation
  /** Name of the cluster: then the worker is one of many, and takes no connectors along. */
  readonly cluster?: string
  /** `connect-standalone` of an installed package in place of the checkout's. */
  readonly command?: string
  /** Of its REST API, where it is not to be any free one. */
  readonly port?: number
}

export interface Worker {
  readonly url: string
  readonly process: ChildProcess
  /** Everything the worker has printed. */
  output(): string
  /** Status and body of a REST call. */
  rest(method: string, path: string, body?: unknown): Promise<{ status: number; body: never }>
  /** Sends SIGTERM and waits; resolves with the exit code. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

/** An empty folder that `remove` deletes, also while a worker still writes files there. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'millrace-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10 }) }
}

/** Starts a worker and waits until its REST API is healthy. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const port = options.port ?? (await freePort())
  const worker = spawnWorker(options, port)
  const url = `http://127.0.0.1:${port}`
  try {
    await Promise.race([
      eventually(`${url}/health`, 300_000, async () => (await fetch(`${url}/health`)).ok),
      once(worker, 'exit').then(([code]) => {
        throw new Error(`the worker ended with ${code}`)
      }),
    ])
  } catch (cause) {
    await ended(worker, 'SIGKILL')
    throw new Error(`no worker: ${outputOf(options.folder).slice(-2000)}`, { cause })
  }
  return {
    url,
    process: worker,
    output: () => outputOf(options.folder),
    async rest(method, path, body) {
      const answer = await fetch(url + path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      const text = await answer.text()
      return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as never }
    },
    stop: () => ended(worker, 'SIGTERM'),
    async kill() {
      await ended(worker, 'SIGKILL')
    },
  }
}

/** The command as an operator would give it; output goes to `worker.log` in the folder. */
export function spawnWorker(options: WorkerOptions, port: number): ChildProcess {
  const { folder, implementation = 'millrace', cluster = null } = options
  const mode = cluster === null ? 'standalone' : 'distributed'
  mkdirSync(folder, { recursive: true })
  const files = [
    writeProperties(join(folder, 'worker.properties'), {
      'bootstrap.servers': options.bootstrap,
      listeners: `http://127.0.0.1:${port}`,
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'key.converter.schemas.enable': 'false',
      'value.converter.schemas.enable': 'false',
      'offset.flush.interval.ms': '500',
      ...(cluster === null
        ? { 'offset.storage.file.filename': join(folder, 'connect.offsets') }
        : clusterSettings(cluster, implementation)),
      // Looking through all classes is half of the start.
      ...(implementation === 'apache' ? { 'plugin.discovery': 'service_load' } : {}),
      ...options.settings,
    }),
    ...(options.connectors ?? []).map((props, index) =>
      writeProperties(join(folder, `connector-${index}.properties`), props),
    ),
  ]
  const [command, args] =
    implementation === 'millrace'
      ? [options.command ?? join(root, `bin/connect-${mode}`), files]
      : [join(root, 'test/apache-kafka/connect'), [kafkaHome, mode, ...files]]
  return spawn('sh', ['-c', 'exec "$0" "$@" >> worker.log 2>&1', command, ...args], {
    cwd: folder,
    stdio: 'ignore',
  })
}

/** Topics of its own for each cluster; one copy, and workers that left are not waited for. */
function clusterSettings(
  cluster: string,
  implementation: Implementation,
): Readonly<Record<string, string>> {
  const topics = ['config', 'offset', 'status'].flatMap((kind) => [
    [`${kind}.storage.topic`, `${cluster}-${kind}`],
    [`${kind}.storage.replication.factor`, '1'],
  ])
  return {
    'group.id': cluster,
    'scheduled.rebalance.max.delay.ms': '0',
    // Nobody is missed for being slow; tests that kill workers have less.
    'session.timeout.ms': '60000',
    // On a busy machine it takes more than the 3 s, and then it leaves, or fails tasks; or requests
    // that wait for a rebalance are refused after 10 s.
    ...(implementation === 'apache'
      ? { 'worker.sync.timeout.ms': '60000' }
      : { 'millrace.rest.rebalance.wait.ms': '60000' }),
    ...Object.fromEntries(topics),
  }
}

function writeProperties(file: string, props: Readonly<Record<string, string>>): string {
  const lines = Object.entries(props).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(file, lines.join(''))
  return file
}

function outputOf(folder: string): string {
  return readFileSync(join(folder, 'worker.log'), 'utf8')
}

async function ended(worker: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (worker.exitCode === null && worker.signalCode === null) {
    const exit = once(worker, 'exit')
    worker.kill(signal)
    await exit
  }
  return worker.exitCode
}
