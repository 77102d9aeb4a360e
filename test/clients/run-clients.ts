import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { type CheckResult, readChecks } from './check-result.ts'
import type { Client } from './client.ts'

/** Longest time one client takes for its checks on one broker. */
const TIMEOUT_MS = 1_200_000
/** Clients at a time: much of their time they wait for a group. */
const CONCURRENCY = 2

/** Addresses by the names of the brokers. */
export type Brokers = Readonly<Record<string, string>>

export interface ClientResults {
  readonly client: string
  readonly seconds: number
  /** Why it could not run here; null when it ran. */
  readonly notRun: string | null
  /** Empty when it could not run. */
  readonly brokers: Readonly<Record<string, readonly CheckResult[]>>
}

/** Installs and runs clients, each on all brokers at the same time. */
export async function runClients(
  clients: readonly Client[],
  brokers: Brokers,
): Promise<readonly ClientResults[]> {
  const results: ClientResults[] = []
  const waiting = [...clients.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, client] = next
      results[index] = await runClient(client, brokers)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return results
}

async function runClient(client: Client, brokers: Brokers): Promise<ClientResults> {
  const missing = client.needs.filter((name) => !isCommand(name))
  if (missing.length > 0) {
    const notRun = `this machine has no ${missing.join(', ')}`
    return { client: client.name, seconds: 0, notRun, brokers: {} }
  }
  const installed = await client.install().then(
    () => null,
    (error: Error) => ({ check: 'install', problem: error.message }),
  )
  const start = performance.now()
  const found = Object.entries(brokers).map(async ([name, bootstrap]) => {
    return [name, installed === null ? await checksOf(client, bootstrap) : [installed]] as const
  })
  return {
    client: client.name,
    notRun: null,
    brokers: Object.fromEntries(await Promise.all(found)),
    seconds: (performance.now() - start) / 1000,
  }
}

function isCommand(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0
}

async function checksOf(client: Client, bootstrap: string): Promise<readonly CheckResult[]> {
  const [name = '', ...args] = client.command
  const program = spawn(name, [...args, bootstrap], {
    env: { ...process.env, ...client.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  })
  const ended = once(program, 'close')
  const [output, errors] = await Promise.all([text(program.stdout), text(program.stderr)])
  const [code, signal] = await ended
  const checks = readChecks(output)
  if (code === 0 && checks.length > 0) return checks
  const problem = `ended with ${signal ?? code}: ${errors.trim().slice(-500)}`
  return [...checks, { check: 'come to the end', problem }]
}
