import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { ManualClock, type RunningBroker, startBroker } from '../../src/broker/index.ts'
import { errorCode } from '../../src/protocol/error-codes.ts'
import { fetchRequest, fetchResponse } from '../../src/protocol/messages/fetch.ts'
import * as membership from '../../src/protocol/messages/group-membership.ts'
import {
  listOffsetsRequest,
  listOffsetsResponse,
} from '../../src/protocol/messages/list-offsets.ts'
import { produceRequest, produceResponse } from '../../src/protocol/messages/produce.ts'
import { createTopicsRequest, createTopicsResponse } from '../../src/protocol/messages/topics.ts'
import * as admin from '../../src/protocol/messages/transaction-admin.ts'
import * as transactions from '../../src/protocol/messages/transactions.ts'
import { readBatchHeader } from '../../src/protocol/record-batch.ts'
import { eventually } from '../helpers/eventually.ts'
import { root, textOf } from '../helpers/sources.ts'
import { temporaryFolder } from '../helpers/worker.ts'
import { batchOf, noStamp, record } from '../protocol/batches.ts'
import { connect, type RequestClient } from './transactions/requests.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TIMEOUT_MS = 30_000

let clock: ManualClock
let broker: RunningBroker
let client: RequestClient

beforeEach(async () => {
  clock = new ManualClock()
  broker = await startBroker({ clock })
  client = await connect(broker.port)
})
afterEach(async () => {
  client.close()
  await broker.stop()
})

async function createTopic(configs: Readonly<Record<string, string>> = {}): Promise<void> {
  const named = Object.entries(configs).map(([name, value]) => ({ name, value }))
  const topic = { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [] }
  await client.ask([createTopicsRequest, createTopicsResponse], 5, {
    topics: [{ ...topic, configs: named }],
    timeoutMs: 1000,
  })
}

async function produce(
  key: string,
  value: string | null,
  stamp: Parameters<typeof batchOf>[2] = noStamp,
): Promise<void> {
  const records = batchOf([record(value, { key, timestamp: clock.now() })], 'none', stamp)
  const { responses } = await client.ask([produceRequest, produceResponse], 9, {
    transactionalId: stamp?.isTransactional === true ? 'id' : null,
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
  })
  assert.equal(responses[0]?.partitionResponses[0]?.errorCode, errorCode.NONE)
}

/** Offsets of the batches that are left. */
async function offsets(): Promise<number[]> {
  const partition = { partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }
  const found: number[] = []
  for (let next = 0; ; ) {
    const { responses } = await client.ask([fetchRequest, fetchResponse], 11, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topic: 't', partitions: [{ ...partition, fetchOffset: next }] }],
      forgottenTopicsData: [],
    })
    const records = responses[0]?.partitions[0]?.records ?? Buffer.alloc(0)
    const batch = readBatchHeader(records, 0)
    if (batch === null) return found
    found.push(batch.baseOffset)
    next = batch.lastOffset + 1
  }
}

async function firstOffset(): Promise<number | undefined> {
  const { topics } = await client.ask([listOffsetsRequest, listOffsetsResponse], 5, {
    replicaId: -1,
    topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -2 }] }],
  })
  return topics[0]?.partitions[0]?.offset
}

test('records go when their time is over', async () => {
  await createTopic({ 'retention.ms': String(DAY_MS) })
  await produce('k', 'v')
  clock.advance(DAY_MS - HOUR_MS)
  assert.equal(await firstOffset(), 0)
  clock.advance(2 * HOUR_MS)
  await eventually('the record is gone', TIMEOUT_MS, async () => (await firstOffset()) === 1)
})

test('a tombstone stays for delete.retention.ms, then it goes', async () => {
  await createTopic({
    'cleanup.policy': 'compact',
    'delete.retention.ms': String(DAY_MS),
    'internal.segment.bytes': '50',
    'min.cleanable.dirty.ratio': '0',
  })
  await produce('k', 'v')
  await produce('k', null)
  await produce('other', '1')
  clock.advance(HOUR_MS)
  await eventually('the record is gone, its tombstone is not', TIMEOUT_MS, async () => {
    return (await offsets()).join() === '1,2'
  })
  for (const value of ['2', '3']) await produce('other', value)
  clock.advance(DAY_MS - 2 * HOUR_MS)
  await eventually('another pass', TIMEOUT_MS, async () => !(await offsets()).includes(2))
  assert.ok((await offsets()).includes(1))
  clock.advance(3 * HOUR_MS)
  for (const value of ['4', '5']) await produce('other', value)
  clock.advance(60_000)
  await eventually('the tombstone is gone', TIMEOUT_MS, async () => !(await offsets()).includes(1))
})

test('a transaction that takes too long is aborted', async () => {
  await createTopic()
  const { producerId, producerEpoch } = await client.initProducer('id', 60_000)
  const producer = { transactionalId: 'id', producerId, producerEpoch }
  await client.ask(
    [transactions.addPartitionsToTxnRequest, transactions.addPartitionsToTxnResponse],
    3,
    {
      v3AndBelowTransactionalId: 'id',
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: [{ name: 't', partitions: [0] }],
    },
  )
  await produce('k', 'v', { producerId, producerEpoch, baseSequence: 0, isTransactional: true })
  clock.advance(60_000)
  const api = [admin.describeTransactionsRequest, admin.describeTransactionsResponse] as const
  await eventually('the transaction is aborted', TIMEOUT_MS, async () => {
    const { transactionStates } = await client.ask(api, 0, { transactionalIds: ['id'] })
    return transactionStates[0]?.transactionState === 'CompleteAbort'
  })
  const end = [transactions.endTxnRequest, transactions.endTxnResponse] as const
  const ended = await client.ask(end, 3, { ...producer, committed: true })
  assert.equal(ended.errorCode, errorCode.PRODUCER_FENCED)
})

test('a producer that wrote nothing for a day is forgotten', async () => {
  await createTopic()
  const { producerId, producerEpoch } = await client.initProducer(null)
  await produce('k', 'v', { producerId, producerEpoch, baseSequence: 0, isTransactional: false })
  const known = async () => {
    const api = [admin.describeProducersRequest, admin.describeProducersResponse] as const
    const answer = await client.ask(api, 0, { topics: [{ name: 't', partitionIndexes: [0] }] })
    return answer.topics[0]?.partitions[0]?.activeProducers.map((one) => one.producerId)
  }
  clock.advance(DAY_MS - HOUR_MS)
  assert.deepEqual(await known(), [producerId])
  clock.advance(2 * HOUR_MS)
  await eventually(
    'the producer is forgotten',
    TIMEOUT_MS,
    async () => (await known())?.length === 0,
  )
})

test('a group member that sends no heartbeat is out when its session is over', async () => {
  const request = {
    groupId: 'g',
    sessionTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'test',
    protocols: [{ name: 'p', metadata: Buffer.alloc(0) }],
  }
  const join = [membership.joinGroupRequest, membership.joinGroupResponse] as const
  const { memberId, generationId } = await client.ask(join, 3, request)
  const member = { groupId: 'g', memberId, generationId }
  await client.ask([membership.syncGroupRequest, membership.syncGroupResponse], 3, {
    ...member,
    assignments: [],
  })
  const heartbeat = async () => {
    const api = [membership.heartbeatRequest, membership.heartbeatResponse] as const
    return (await client.ask(api, 3, member)).errorCode
  }
  clock.advance(9999)
  assert.equal(await heartbeat(), errorCode.NONE)
  clock.advance(10_000)
  assert.equal(await heartbeat(), errorCode.UNKNOWN_MEMBER_ID)
})

test('the example on the page of the broker runs', () => {
  const page = textOf('docs/reference/broker.md')
  const [, example = ''] = /```ts\n(import \{ ManualClock.*?)```/s.exec(page) ?? []
  const folder = temporaryFolder()
  const file = join(folder.path, 'example.ts')
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'))
  writeFileSync(file, example.replace('millrace/broker', join(root, 'src/broker/index.ts')))
  try {
    const options = { encoding: 'utf8', timeout: 120_000, stdio: 'pipe' } as const
    const printed = execFileSync(process.execPath, ['--no-warnings', file], options)
    assert.ok(printed.endsWith('records from 1 to 1\n'), printed)
  } finally {
    folder.remove()
  }
})
