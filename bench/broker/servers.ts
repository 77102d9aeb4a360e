import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { freePort, kafkaHome } from '../../test/helpers/apache-kafka.ts'
import type { Implementation } from '../worker.ts'
import { anyMetadataRequest } from './requests.ts'
import { WireClient } from './wire-client.ts'

/** What one broker is started with. */
export interface ServerOptions {
  readonly implementation: Implementation
  /** Millrace as it is installed. */
  readonly millrace: string
  readonly folder: string
  readonly port: number
  /** Where Node writes a CPU profile of Millrace; null for none. */
  readonly profileFolder: string | null
}

export interface Server {
  readonly implementation: Implementation
  readonly pid: number
  readonly port: number
  readonly bootstrap: string
  /** From the start of the command to the first answer. */
  readonly readyMs: number
  /** From the start of the command to its line that says so; null for one that prints none. */
  readonly lineMs: number | null
  stop(): Promise<void>
}

const START_MS_MAX = 60_000
const scripts = join(import.meta.dirname, '../../test/apache-kafka')

/** As `startServer`, on any port and with an empty folder, which Apache Kafka has to prepare. */
export async function startNewServer(options: Omit<ServerOptions, 'port'>): Promise<Server> {
  const server = { ...options, port: await freePort() }
  if (options.implementation === 'Apache') {
    const { stop } = await startServer(server)
    await stop()
  }
  return await startServer(server)
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const { implementation, folder, port } = options
  mkdirSync(folder, { recursive: true })
  const startedMs = performance.now()
  const child = implementation === 'Millrace' ? spawnMillrace(options) : spawnApache(options)
  const line = child.stdout === null ? null : firstLine(child, startedMs)
  try {
    await answers(child, port)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const readyMs = performance.now() - startedMs
  return {
    implementation,
    pid: child.pid ?? 0,
    port,
    bootstrap: `127.0.0.1:${port}`,
    readyMs,
    lineMs: await line,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}

function spawnMillrace({ millrace, folder, port, profileFolder }: ServerOptions): ChildProcess {
  const args = ['broker', '--port', String(port), '--data', join(folder, 'data')]
  return spawn(join(millrace, 'bin/millrace'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      // The installed command takes the Node that it finds.
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      NODE_OPTIONS: profileFolder === null ? '' : `--cpu-prof --cpu-prof-dir=${profileFolder}`,
    },
  })
}

function spawnApache({ folder, port }: ServerOptions): ChildProcess {
  const lib = join(folder, 'lib')
  if (!existsSync(lib)) symlinkSync(join(kafkaHome, 'lib'), lib)
  // Else files of deleted topics stay for a minute, and for the first half of it in any case.
  const settings = ['log.segment.delete.delay.ms=100', 'log.initial.task.delay.ms=500']
  return spawn(join(scripts, 'broker'), [folder, String(port), ...settings], {
    stdio: 'ignore',
    env: { ...process.env, LOG_DIR: folder },
  })
}

async function firstLine(child: ChildProcess, startedMs: number): Promise<number | null> {
  if (child.stdout === null) return null
  await once(createInterface(child.stdout), 'line')
  return performance.now() - startedMs
}

async function answers(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + START_MS_MAX
  while (performance.now() < deadline && child.exitCode === null) {
    try {
      const client = await WireClient.open(port)
      await client.ask(anyMetadataRequest())
      client.close()
      return
    } catch {
      await setTimeout(2)
    }
  }
  throw new Error(`the broker at port ${port} doesn't answer`)
}
