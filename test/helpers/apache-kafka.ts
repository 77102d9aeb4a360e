import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'

const scripts = join(import.meta.dirname, '../apache-kafka')
/** Jars of Apache Kafka, fetched once by Maven. */
export const kafkaHome = join(import.meta.dirname, '../../.kafka')

export interface ApacheKafka {
  readonly bootstrap: string
  readonly port: number
  /** Kills the broker, as a crash would; `start` brings it back with its data. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** Long, as a machine may do much else meanwhile. */
const START_LIMIT_MS = 600_000

/** Ports from here on, below those that systems give to outgoing connections. */
const PORT_MIN = 20_000
const PORTS = 12_000
/** Test files run side by side: each looks from another port on, and not twice for the same. */
let candidate = (process.pid * 40) % PORTS

/** A free TCP port of this machine; so is the next one. Both stay free while their servers restart. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORT_MIN + candidate
    candidate = (candidate + 2) % PORTS
    if ((await isReserved(port)) && (await isFree(port)) && (await isFree(port + 1))) return port
  }
}

/** By a UDP socket under the same number as long as this process lives: no other test file takes it. */
function isReserved(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => socket.close(() => resolve(false)))
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      socket.unref()
      resolve(true)
    })
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Fetches the jars where they are missing; needs Java and Maven. */
export function fetchKafka(): void {
  execFileSync(join(scripts, 'fetch'), [kafkaHome], { stdio: ['ignore', 'inherit', 'inherit'] })
}

/**
 * Starts Apache Kafka, a single node with empty data, and waits until it answers.
 * @param settings Broker properties beside those of `test/apache-kafka/broker`, maybe by its port.
 * @param clusterId To be one of several nodes.
 */
export async function startApacheKafka(
  settings: readonly string[] | ((port: number) => readonly string[]) = [],
  clusterId = '',
): Promise<ApacheKafka> {
  fetchKafka()
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-'))
  execFileSync('ln', ['-s', join(kafkaHome, 'lib'), join(folder, 'lib')])
  const port = await freePort()
  const properties = typeof settings === 'function' ? settings(port) : settings
  let broker: ChildProcess | undefined

  const start = async () => {
    broker = spawn(join(scripts, 'broker'), [folder, String(port), ...properties], {
      stdio: 'ignore',
      env: { ...process.env, LOG_DIR: folder, CLUSTER_ID: clusterId },
    })
    await reachable(port, broker)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (broker === undefined || broker.exitCode !== null || broker.signalCode !== null) return
    broker.kill(signal)
    await once(broker, 'exit')
  }
  const stop = async () => {
    await end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return { bootstrap: `127.0.0.1:${port}`, port, kill: () => end('SIGKILL'), start, stop }
}

async function reachable(port: number, broker: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS
  while (Date.now() < deadline) {
    if (broker.exitCode !== null) throw new Error(`Apache Kafka ended with ${broker.exitCode}`)
    if (await accepts(port)) return
    await systemClock.sleep(100)
  }
  throw new Error(`Apache Kafka does not listen on port ${port} after ${START_LIMIT_MS} ms`)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })
}
