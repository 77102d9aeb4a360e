import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { PartitionOffset } from '../../../src/kafka/client.ts'
import * as offsets from '../../../src/protocol/messages/group-offsets.ts'
import { createTopicsRequest, createTopicsResponse } from '../../../src/protocol/messages/topics.ts'
import { freePort } from '../../helpers/apache-kafka.ts'
import { eventually } from '../../helpers/eventually.ts'
import { root } from '../../helpers/sources.ts'
import { temporaryFolder } from '../../helpers/worker.ts'
import { clientsOf, type ReadRecord, readable } from '../../kafka/conformance/support.ts'
import { connect, type RequestClient } from '../transactions/requests.ts'
import {
  emptyJournal,
  endOpenTransaction,
  type Journal,
  load,
  PRODUCERS,
  TRANSACTION_PARTITIONS,
  TRANSACTION_RECORDS,
  transactionGroup,
} from './load.ts'

/** More in `npm run test:all`. */
const KILLS = Number(process.env['MILLRACE_TEST_KILLS'] ?? 3)
const LOAD_MS_MAX = 600
const START_MS_MAX = 300

/** Segments are small and compaction is eager, so that kills come between their steps. */
const settings = {
  'internal.segment.bytes': '100000',
  'log.cleaner.backoff.ms': '100',
  'log.cleaner.min.cleanable.ratio': '0.1',
}

function spawnBroker(port: number, folder: string): ChildProcess {
  const args = ['src/cli/main.ts', 'broker', '--port', String(port), '--data', folder]
  const more = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  return spawn(process.execPath, [...args, ...more], { cwd: root, stdio: [...stdio] })
}

async function ready({ stdout }: ChildProcess): Promise<void> {
  assert.ok(stdout !== null)
  await once(createInterface(stdout), 'line')
}

async function kill(broker: ChildProcess): Promise<void> {
  const exit = once(broker, 'exit')
  broker.kill('SIGKILL')
  await exit
}

async function createTopics(client: RequestClient): Promise<void> {
  const topic = { replicationFactor: 1, assignments: [], configs: [] }
  await client.ask([createTopicsRequest, createTopicsResponse], 5, {
    topics: [
      { name: 'lines', numPartitions: PRODUCERS, ...topic },
      { name: 'transactions', numPartitions: TRANSACTION_PARTITIONS, ...topic },
    ],
    timeoutMs: 1000,
  })
}

async function readAll(bootstrap: string, topic: string, count: number): Promise<ReadRecord[]> {
  const consumer = clientsOf().consumer({
    'bootstrap.servers': bootstrap,
    'auto.offset.reset': 'earliest',
    'isolation.level': 'read_committed',
  })
  try {
    const partitions = Array.from({ length: count }, (_, partition) => ({ topic, partition }))
    await consumer.assign(partitions)
    const ends = await consumer.endOffsets(partitions)
    const records: ReadRecord[] = []
    const isLeft = async ({ offset, ...partition }: PartitionOffset) =>
      (await consumer.position(partition)) < offset
    for (const end of ends) {
      while (await isLeft(end)) {
        for (const fetched of await consumer.poll(100)) records.push(...readable(fetched))
      }
    }
    return records
  } finally {
    await consumer.close()
  }
}

async function committedOffsets(
  client: RequestClient,
  groups: readonly string[],
): Promise<Map<string, number>> {
  const topics = [{ name: 'lines', partitionIndexes: [0] }]
  const api = [offsets.offsetFetchRequest, offsets.offsetFetchResponse] as const
  const answer = await client.ask(api, 8, {
    groups: groups.map((groupId) => ({ groupId, topics })),
    requireStable: true,
  })
  return new Map(
    answer.groups.map(({ groupId, topics: [topic] }) => {
      const { committedOffset = -1, metadata } = topic?.partitions[0] ?? {}
      assert.equal(metadata, committedOffset < 0 ? '' : `at ${committedOffset}`)
      return [groupId, committedOffset]
    }),
  )
}

async function checkLines(bootstrap: string, { lines }: Journal): Promise<void> {
  const found = new Map<string, string | null>()
  for (const { partition, offset, value } of await readAll(bootstrap, 'lines', PRODUCERS)) {
    found.set(`${partition}:${offset}`, value)
  }
  const lost = [...lines].filter(([at, value]) => found.get(at) !== value)
  assert.deepEqual(lost, [])
}

async function checkGroups(client: RequestClient, { groups }: Journal): Promise<void> {
  const found = await committedOffsets(client, [...groups.keys()])
  const lost = [...groups].filter(([group, { asked, acknowledged }]) => {
    const offset = found.get(group) ?? -1
    return offset < acknowledged || offset > asked
  })
  assert.deepEqual(lost, [])
}

async function checkTransactions(
  client: RequestClient,
  bootstrap: string,
  { transactions }: Journal,
): Promise<void> {
  const counts = new Map<number, number>()
  for (const { value } of await readAll(bootstrap, 'transactions', TRANSACTION_PARTITIONS)) {
    counts.set(Number(value), (counts.get(Number(value)) ?? 0) + 1)
  }
  const whole = TRANSACTION_PARTITIONS * TRANSACTION_RECORDS
  let last = -1
  for (const [number, { isCommit, isAcknowledged }] of transactions) {
    const count = counts.get(number) ?? 0
    const isVisible = isCommit && (isAcknowledged || count > 0)
    assert.equal(count, isVisible ? whole : 0, `records of transaction ${number}`)
    if (isVisible) last = number
  }
  const found = await committedOffsets(client, [transactionGroup])
  assert.equal(found.get(transactionGroup), last, 'offset that the last transaction committed')
}

test('what was acknowledged is there after kill -9 at any moment', {
  timeout: 1_200_000,
}, async (t) => {
  const folder = temporaryFolder()
  const port = await freePort()
  const journal = emptyJournal()
  let broker: ChildProcess | null = null
  t.after(() => {
    broker?.kill('SIGKILL')
    folder.remove()
  })
  const start = async () => {
    broker = spawnBroker(port, folder.path)
    await ready(broker)
    return broker
  }

  for (let round = 0; round < KILLS; round++) {
    if (round % 3 === 2) {
      broker = spawnBroker(port, folder.path)
      await setTimeout(Math.random() * START_MS_MAX)
      await kill(broker)
    }
    const running = await start()
    if (round === 0) {
      const client = await connect(port)
      await createTopics(client)
      client.close()
    }
    const loading = load(port, round, journal)
    if (round === 0) await eventually('something of each', 60_000, () => hasAll(journal))
    await setTimeout(Math.random() * LOAD_MS_MAX)
    await kill(running)
    await loading
  }

  await start()
  const client = await connect(port)
  t.after(() => client.close())
  await endOpenTransaction(client)
  const bootstrap = `127.0.0.1:${port}`
  await checkLines(bootstrap, journal)
  await checkGroups(client, journal)
  await checkTransactions(client, bootstrap, journal)
  const { lines, commits, transactions } = journal
  t.diagnostic(
    `${KILLS} kills; acknowledged: ${lines.size} records, ${commits} commits; ${transactions.size} transactions; lost: 0`,
  )
})

function hasAll({ lines, commits, transactions }: Journal): boolean {
  return lines.size > 0 && commits > 0 && transactions.size > 0
}
