import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort, kafkaHome } from '../test/helpers/apache-kafka.ts'
import { cpuMs, residentMiB } from './processes.ts'

export const implementations = ['Millrace', 'Apache'] as const
export type Implementation = (typeof implementations)[number]

export interface WorkerOptions {
  readonly implementation: Implementation
  readonly bootstrap: string
  /** Files of the worker. */
  readonly folder: string
  /** Millrace as it is installed: `bin` and `dist`, no sources. */
  readonly millrace: string
  /** Where Node writes a CPU profile of Millrace when it ends; null for none. */
  readonly profileFolder: string | null
}

export interface Worker {
  /** From the start of the command until the REST API answers. */
  readonly readyMs: number
  cpuMs(): number
  residentMiB(): number
  createConnector(name: string, config: Readonly<Record<string, string>>): Promise<void>
  /** @throws when a task has failed. */
  check(name: string): Promise<void>
  stop(): Promise<void>
}

const START_LIMIT_MS = 60_000

/** Starts a standalone worker without connectors and waits until it answers. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { folder } = options
  mkdirSync(folder, { recursive: true })
  const url = `http://127.0.0.1:${await freePort()}`
  const properties = join(folder, 'worker.properties')
  writeFileSync(properties, workerProperties(options, url))
  const startedMs = performance.now()
  const child = spawnWorker(options, properties)
  const pid = child.pid ?? 0
  await answered(url, child, folder)
  const readyMs = performance.now() - startedMs
  return {
    readyMs,
    cpuMs: () => cpuMs(pid),
    residentMiB: () => residentMiB(pid),
    async createConnector(name, config) {
      const answer = await fetch(`${url}/connectors`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, config }),
      })
      if (answer.status !== 201) throw new Error(`${name}: ${await answer.text()}`)
    },
    async check(name) {
      const status = await (await fetch(`${url}/connectors/${name}/status`)).text()
      if (status.includes('"FAILED"')) throw new Error(`${name} failed: ${status}`)
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}

function workerProperties({ bootstrap, folder }: WorkerOptions, url: string): string {
  return `bootstrap.servers=${bootstrap}
listeners=${url}
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
key.converter.schemas.enable=false
value.converter.schemas.enable=false
offset.storage.file.filename=${join(folder, 'connect.offsets')}
`
}

function spawnWorker(options: WorkerOptions, properties: string): ChildProcess {
  const log = openSync(join(options.folder, 'worker.log'), 'a')
  const [command, args] =
    options.implementation === 'Millrace'
      ? [join(options.millrace, 'bin/connect-standalone'), [properties]]
      : [
          join(import.meta.dirname, '../test/apache-kafka/connect'),
          [kafkaHome, 'standalone', properties],
        ]
  return spawn(command, args, {
    cwd: options.folder,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      // The installed command takes the Node that it finds.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
      NODE_OPTIONS:
        options.profileFolder === null ? '' : `--cpu-prof --cpu-prof-dir=${options.profileFolder}`,
    },
  })
}

async function answered(url: string, worker: ChildProcess, folder: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS
  while (performance.now() < deadline && worker.exitCode === null) {
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok) return
    await setTimeout(10)
  }
  worker.kill('SIGKILL')
  throw new Error(`no answer from ${url}:\n${readFileSync(join(folder, 'worker.log'), 'utf8')}`)
}
