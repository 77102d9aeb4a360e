/** Run with a folder on a small disk: fills it and uses a broker there. */
import assert from 'node:assert/strict'
import { type RunningBroker, startBroker } from '../../../src/broker/index.ts'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import {
  offsetCommitRequest,
  offsetCommitResponse,
} from '../../../src/protocol/messages/group-offsets.ts'
import { produceRequest, produceResponse } from '../../../src/protocol/messages/produce.ts'
import * as topics from '../../../src/protocol/messages/topics.ts'
import { eventually } from '../../helpers/eventually.ts'
import { clientsOf, readAll } from '../../kafka/conformance/support.ts'
import { batchOf, record } from '../../protocol/batches.ts'
import { connect, type RequestClient } from '../transactions/requests.ts'

const { NONE, KAFKA_STORAGE_ERROR, COORDINATOR_NOT_AVAILABLE } = errorCode
const dataDir = process.argv[2] ?? ''
const acknowledged: string[] = []
let broker: RunningBroker
let client: RequestClient

async function start(): Promise<void> {
  broker = await startBroker({ dataDir })
  client = await connect(broker.port)
}

async function stop(): Promise<void> {
  client.close()
  await broker.stop()
}

async function createTopic(name: string): Promise<number | undefined> {
  const request = { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  const api = [topics.createTopicsRequest, topics.createTopicsResponse] as const
  const answer = await client.ask(api, 5, { topics: [request], timeoutMs: 1000 })
  return answer.topics[0]?.errorCode
}

async function produce(name: string, value: string): Promise<number | undefined> {
  const records = batchOf([record(value, { timestamp: Date.now() })])
  const { responses } = await client.ask([produceRequest, produceResponse], 9, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name, partitionData: [{ index: 0, records }] }],
  })
  return responses[0]?.partitionResponses[0]?.errorCode
}

/** Writes records of this size until the disk is full. */
async function fill(topic: string, sizeBytes: number): Promise<void> {
  for (;;) {
    const value = `${acknowledged.length}-`.padEnd(sizeBytes, 'x')
    const code = await produce(topic, value)
    if (code === KAFKA_STORAGE_ERROR) return
    assert.equal(code, NONE)
    acknowledged.push(value)
  }
}

/** Creates topics until not even what is noted of one finds room. */
async function fillWithTopics(): Promise<void> {
  for (let nth = 0; ; nth++) {
    const code = await createTopic(`${nth}-`.padEnd(200, 't'))
    if (code === KAFKA_STORAGE_ERROR) return
    assert.equal(code, NONE)
  }
}

async function commit(): Promise<number | undefined> {
  const partition = { partitionIndex: 0, committedOffset: 1, committedMetadata: 'm'.repeat(4000) }
  const answer = await client.ask([offsetCommitRequest, offsetCommitResponse], 7, {
    groupId: 'group',
    memberId: '',
    topics: [{ name: 'kept', partitions: [partition] }],
  })
  return answer.topics[0]?.partitions[0]?.errorCode
}

async function deleteTopic(name: string): Promise<number | undefined> {
  const api = [topics.deleteTopicsRequest, topics.deleteTopicsResponse] as const
  const answer = await client.ask(api, 5, { topicNames: [name], timeoutMs: 1000 })
  return answer.responses[0]?.errorCode
}

async function assertReadable(): Promise<void> {
  const records = await readAll(clientsOf(), broker.bootstrap, 'kept', acknowledged.length)
  assert.deepEqual(
    records.map(({ value }) => value),
    acknowledged,
  )
}

async function assertFull(): Promise<void> {
  assert.equal(await produce('kept', 'more'.repeat(1000)), KAFKA_STORAGE_ERROR)
  assert.equal(await commit(), COORDINATOR_NOT_AVAILABLE)
  assert.equal(await createTopic('n'.repeat(240)), KAFKA_STORAGE_ERROR)
  await assertReadable()
}

await start()
for (const name of ['kept', 'other']) assert.equal(await createTopic(name), NONE)
for (let nth = 0; nth < 10; nth++) assert.equal(await produce('other', 'y'.repeat(100_000)), NONE)
await fill('kept', 100_000)
await fill('kept', 100)
await fillWithTopics()
await assertFull()

await stop()
await start()
await assertFull()

assert.equal(await deleteTopic('other'), NONE)
const countBefore = acknowledged.length
await eventually('there is room again', 30_000, async () => {
  await fill('kept', 100_000)
  return acknowledged.length > countBefore
})
await assertReadable()
await stop()
console.log(`${acknowledged.length} records`)
