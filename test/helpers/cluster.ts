import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fetchKafka, kafkaHome } from './apache-kafka.ts'
import { eventually } from './eventually.ts'
import { installPlugin } from './plugin-folder.ts'
import { root } from './sources.ts'
import type { Implementation, Worker } from './worker.ts'

/** A connector or a task as its status shows it. */
export interface Part {
  readonly state: string
  readonly worker_id: string
  readonly trace?: string
}

const TIMEOUT_MS = 120_000

/** The connector, then its tasks; none where there is no status. */
export async function partsOf({ rest }: Worker, name: string): Promise<readonly Part[]> {
  const { status, body } = await rest('GET', `/connectors/${name}/status`)
  if (status !== 200) return []
  const { connector, tasks } = body as { readonly connector: Part; readonly tasks: Part[] }
  return [connector, ...tasks]
}

/** Waits until a worker shows these states of a connector and its tasks, as `RUNNING,RUNNING`. */
export function reaches(worker: Worker, name: string, states: string): Promise<void> {
  return eventually(`${name} ${states} at ${worker.url}`, TIMEOUT_MS, async () => {
    const parts = await partsOf(worker, name)
    assert.equal(parts.map(({ state }) => state).join(), states)
    return true
  })
}

/** Status and body of a REST call, made again while a rebalance is in the way: nothing is done then. */
export async function call(
  { rest, url }: Pick<Worker, 'rest' | 'url'>,
  method: string,
  path: string,
  body?: unknown,
): ReturnType<Worker['rest']> {
  let answer = await rest(method, path, body)
  await eventually(`${method} ${path} at ${url}`, TIMEOUT_MS, async () => {
    if (answer.status === 409) answer = await rest(method, path, body)
    return answer.status !== 409
  })
  return answer
}

/** As `call`; fails unless it has this status. @returns The body. */
export async function expectStatus(
  expected: number,
  worker: Pick<Worker, 'rest' | 'url'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await call(worker, method, path, body)
  assert.equal(answer.status, expected, `${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** `host:port`, as statuses show it. */
export function idOf({ url }: Worker): string {
  return url.replace('http://', '')
}

/** A folder for `plugin.path` with the counting connector, for workers of this kind. */
export function countingPlugin(implementation: Implementation, folder: string): string {
  if (implementation === 'millrace') {
    const plugin = { kind: 'source', class: 'org.acme.CountingConnector' }
    return installPlugin(folder, 'test/integration/plugins/counting.ts', [plugin])
  }
  fetchKafka()
  const sources = join(root, 'test/kafka/java')
  const files = ['CountingConnector.java', 'CountingTask.java'].map((file) => join(sources, file))
  const classes = join(folder, 'java-plugins/counting')
  const path = join(kafkaHome, 'lib/*')
  execFileSync('javac', ['-nowarn', '-cp', path, '-d', classes, ...files], { stdio: 'inherit' })
  const services = join(classes, 'META-INF/services')
  mkdirSync(services, { recursive: true })
  writeFileSync(
    join(services, 'org.apache.kafka.connect.source.SourceConnector'),
    'org.acme.CountingConnector\n',
  )
  return join(folder, 'java-plugins')
}
