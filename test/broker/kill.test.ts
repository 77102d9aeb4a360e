import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { freePort } from '../helpers/apache-kafka.ts'
import { root } from '../helpers/sources.ts'

/** More in a longer run: `MILLRACE_TEST_KILLS=100`. */
const KILLS = Number(process.env['MILLRACE_TEST_KILLS'] ?? 3)
const LOAD_MS_MAX = 400

async function startProcess(port: number, folder: string): Promise<ChildProcess> {
  const args = ['src/cli/main.ts', 'broker', '--port', String(port), '--data', folder]
  const settings = ['--set', 'log.segment.bytes=100000']
  const child = spawn(process.execPath, [...args, ...settings], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(createInterface(child.stdout), 'line')
  return child
}

/** Sends until the broker is gone; every acknowledged value goes into `acknowledged`. */
async function load(producer: Producer, acknowledged: Map<string, string>): Promise<void> {
  try {
    for (;;) {
      const value = `${acknowledged.size}-${'x'.repeat(200)}`
      const [sent] = await producer.send({ topic: 'lines', messages: [{ value }] })
      acknowledged.set(String(sent?.baseOffset), value)
    }
  } catch {
    // The broker was killed.
  }
}

test('what was acknowledged is there after kill -9 at any moment', {
  timeout: 600_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kill-'))
  const port = await freePort()
  const acknowledged = new Map<string, string>()
  let broker: ChildProcess | null = null
  t.after(() => {
    broker?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  })

  for (let kill = 0; kill < KILLS; kill++) {
    broker = await startProcess(port, folder)
    const producer = kafka.producer({ allowAutoTopicCreation: true })
    await producer.connect()
    const loading = load(producer, acknowledged)
    await setTimeout(Math.random() * LOAD_MS_MAX)
    const exit = once(broker, 'exit')
    broker.kill('SIGKILL')
    await exit
    await loading
    await producer.disconnect().catch(() => {})
  }

  broker = await startProcess(port, folder)
  const found = new Map<string, string | undefined>()
  const consumer = kafka.consumer({ groupId: 'check' })
  await consumer.connect()
  await consumer.subscribe({ topics: ['lines'], fromBeginning: true })
  const admin = kafka.admin()
  await admin.connect()
  const [end] = await admin.fetchTopicOffsets('lines')
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          found.set(message.offset, message.value?.toString())
          if (found.size === Number(end?.high)) resolve()
        },
      })
      .catch(reject)
  })
  await Promise.all([consumer.disconnect(), admin.disconnect()])
  assert.ok(acknowledged.size > 0)
  for (const [offset, value] of acknowledged) assert.equal(found.get(offset), value)
})
