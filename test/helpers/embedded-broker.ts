import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ApacheKafka } from './apache-kafka.ts'
import { freePort } from './apache-kafka.ts'
import { root } from './sources.ts'

/**
 * Starts the embedded broker in a process of its own, with empty data on the disk.
 * @param options More options of `millrace broker`.
 */
export async function startEmbeddedBroker(options: readonly string[] = []): Promise<ApacheKafka> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-broker-'))
  const port = await freePort()
  // Records stay: tests write some that are years old.
  const settings = ['--set', 'log.retention.ms=-1']
  const args = ['broker', '--port', String(port), '--data', folder, ...settings]
  let broker: ChildProcess | undefined

  const start = async () => {
    const child = spawn(join(root, 'bin/millrace'), [...args, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    broker = child
    const ready = once(createInterface(child.stdout), 'line')
    const exit = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the embedded broker ended with ${signal ?? code}`)
    })
    exit.catch(() => {}) // it ends by `stop` too
    await Promise.race([ready, exit])
  }
  const kill = async () => {
    if (broker === undefined || broker.exitCode !== null || broker.signalCode !== null) return
    const exit = once(broker, 'exit')
    broker.kill('SIGKILL')
    await exit
  }
  await start()
  return {
    bootstrap: `127.0.0.1:${port}`,
    port,
    kill,
    start,
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
