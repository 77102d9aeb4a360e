import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort, kafkaHome } from '../../test/helpers/apache-kafka.ts'
import { cpuMs, proportionalMiB, residentMiB } from '../processes.ts'
import type { Implementation } from '../worker.ts'

export interface ClusterOptions {
  readonly implementation: Implementation
  readonly bootstrap: string
  /** Files of its workers. */
  readonly folder: string
  /** Millrace as it is installed: `bin` and `dist`, no sources. */
  readonly millrace: string
  readonly pluginPath: string
  /** `group.id`, and what the names of its topics begin with. */
  readonly cluster: string
  /** Where Node writes CPU profiles of Millrace when a worker ends; null for none. */
  readonly profileFolder: string | null
}

/** A distributed worker as an operator would start it. */
export interface ClusterWorker {
  readonly url: string
  readonly pid: number
  cpuMs(): number
  residentMiB(): number
  proportionalMiB(): number
  /** Resolves when the REST API knows the group: from then on it answers all requests. */
  ready(limitMs: number): Promise<void>
  /** SIGTERM, and SIGKILL when that has no effect for a minute. */
  stop(): Promise<void>
  kill(): Promise<void>
}

export const REBALANCE_DELAY_MS = 0
const STOP_LIMIT_MS = 60_000

export async function spawnWorker(options: ClusterOptions, name: string): Promise<ClusterWorker> {
  const folder = join(options.folder, name)
  mkdirSync(folder, { recursive: true })
  const url = `http://127.0.0.1:${await freePort()}`
  const properties = join(folder, 'worker.properties')
  writeFileSync(properties, workerProperties(options, url))
  const child = spawnCommand(options, folder, properties)
  const pid = child.pid ?? 0
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  return {
    url,
    pid,
    cpuMs: () => cpuMs(pid),
    residentMiB: () => residentMiB(pid),
    proportionalMiB: () => proportionalMiB(pid),
    async ready(limitMs) {
      const deadline = performance.now() + limitMs
      while (performance.now() < deadline && child.exitCode === null) {
        const answer = await fetch(`${url}/health`).catch(() => null)
        if (answer?.ok) return
        await setTimeout(20)
      }
      const log = readFileSync(join(folder, 'worker.log'), 'utf8')
      throw new Error(`${url} is not ready:\n${log.slice(-1000)}`)
    },
    async stop() {
      const limit = new AbortController()
      const late = setTimeout(STOP_LIMIT_MS, null, { signal: limit.signal }).then(
        () => end('SIGKILL'),
        () => {},
      )
      await end('SIGTERM')
      limit.abort()
      await late
    },
    kill: () => end('SIGKILL'),
  }
}

/** @param cluster As in the options. */
export function configTopic(cluster: string): string {
  return `${cluster}-config`
}

function workerProperties(options: ClusterOptions, url: string): string {
  const { bootstrap, cluster, pluginPath } = options
  const names = [
    ['config', configTopic(cluster)],
    ['offset', `${cluster}-offset`],
    ['status', `${cluster}-status`],
  ] as const
  const topics = names.map(
    ([kind, name]) => `${kind}.storage.topic=${name}
${kind}.storage.replication.factor=1
`,
  )
  return `bootstrap.servers=${bootstrap}
group.id=${cluster}
listeners=${url}
plugin.path=${pluginPath}
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
scheduled.rebalance.max.delay.ms=${REBALANCE_DELAY_MS}
${topics.join('')}`
}

function spawnCommand(options: ClusterOptions, folder: string, properties: string): ChildProcess {
  const log = openSync(join(folder, 'worker.log'), 'a')
  const { implementation, millrace, profileFolder } = options
  const [command, args] =
    implementation === 'Millrace'
      ? [join(millrace, 'bin/connect-distributed'), [properties]]
      : [
          join(import.meta.dirname, '../../test/apache-kafka/connect'),
          [kafkaHome, 'distributed', properties],
        ]
  return spawn(command, args, {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      // The installed command takes the Node that it finds.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
      NODE_OPTIONS: profileFolder === null ? '' : `--cpu-prof --cpu-prof-dir=${profileFolder}`,
    },
  })
}
