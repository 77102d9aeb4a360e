import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { errorCode, errorName } from '../../../src/protocol/error-codes.ts'
import {
  apiVersionsRequest,
  apiVersionsResponse,
} from '../../../src/protocol/messages/api-versions.ts'
import { produceRequest, produceResponse } from '../../../src/protocol/messages/produce.ts'
import * as transactions from '../../../src/protocol/messages/transactions.ts'
import { connect, type RequestClient } from '../../broker/transactions/requests.ts'
import { eventually } from '../../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import { clientsOf, createTopic, unique } from '../../kafka/conformance/support.ts'
import { batchOf, record } from '../../protocol/batches.ts'

// Requests as of KIP-890, and what Apache Kafka 4.3.1 answers.

interface Producer {
  readonly producerId: number
  readonly producerEpoch: number
}

const TIMEOUT_MS = 60_000
/** Answers while the end of the transaction before is written, or its coordinator is looked for. */
const passing: ReadonlySet<number> = new Set([
  errorCode.CONCURRENT_TRANSACTIONS,
  errorCode.COORDINATOR_LOAD_IN_PROGRESS,
  errorCode.COORDINATOR_NOT_AVAILABLE,
  errorCode.NOT_COORDINATOR,
  errorCode.NOT_ENOUGH_REPLICAS,
])

const topic = unique('renewing')
const group = unique('renewing')
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let client: RequestClient

before(async () => {
  kafka = await sharedTestBroker()
  client = await connect(Number(kafka.bootstrap.split(':')[1]))
  await createTopic(kafka.bootstrap, topic, 2)
  // Creates the topic of transactions, and that of offsets.
  const producer = clientsOf().transactionalProducer({
    'bootstrap.servers': kafka.bootstrap,
    'transactional.id': topic,
  })
  await producer.initTransactions()
  await producer.close(1000)
  const admin = clientsOf().admin({ 'bootstrap.servers': kafka.bootstrap })
  await eventually('a coordinator of groups', TIMEOUT_MS, async () => {
    await admin.alterGroupOffsets(group, [{ topic, partition: 1, offset: 0 }])
    return true
  })
  await admin.close()
})
after(async () => {
  client.close()
  await kafka.stop()
})

/** Asks until the answer is one that stays. */
async function settled<A extends { readonly errorCode: number }>(
  what: string,
  ask: () => Promise<A | undefined>,
): Promise<A> {
  let answer = await ask()
  await eventually(what, TIMEOUT_MS, async () => {
    if (answer !== undefined && !passing.has(answer.errorCode)) return true
    answer = await ask()
    return false
  })
  assert.ok(answer !== undefined)
  return answer
}

async function start(id: string): Promise<Producer> {
  const answer = await settled(`a producer of ${id}`, () => client.initProducer(id))
  assert.equal(answer.errorCode, errorCode.NONE)
  return answer
}

/** @returns Name of the error. */
async function send(
  id: string | null,
  { producerId, producerEpoch }: Producer,
  { sequence = 0, partition = 0, version = 12 } = {},
): Promise<string> {
  const stamp = { producerId, producerEpoch, baseSequence: sequence, isTransactional: true }
  const records = batchOf([record('v', { timestamp: Date.now() })], 'none', stamp)
  const body = {
    transactionalId: id,
    acks: -1,
    timeoutMs: TIMEOUT_MS,
    topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
  }
  const answer = await settled('the records', async () => {
    const { responses } = await client.ask([produceRequest, produceResponse], version, body)
    return responses[0]?.partitionResponses[0]
  })
  return errorName(answer.errorCode)
}

/** @returns Name of the error, or the producer that goes on. */
async function end(id: string, producer: Producer, committed: boolean, version = 5) {
  const { producerId, producerEpoch } = producer
  const body = { transactionalId: id, producerId, producerEpoch, committed }
  const api = [transactions.endTxnRequest, transactions.endTxnResponse] as const
  const answer = await settled('the end', () => client.ask(api, version, body))
  const { errorCode: code, producerId: nextId, producerEpoch: nextEpoch } = answer
  return code === errorCode.NONE
    ? { producerId: nextId, producerEpoch: nextEpoch }
    : errorName(code)
}

async function commitOffset(id: string, producer: Producer, version: number): Promise<string> {
  const { producerId, producerEpoch } = producer
  const api = [transactions.txnOffsetCommitRequest, transactions.txnOffsetCommitResponse] as const
  const partition = { partitionIndex: 0, committedOffset: 7, committedMetadata: '' }
  const body = {
    transactionalId: id,
    groupId: group,
    producerId,
    producerEpoch,
    topics: [{ name: topic, partitions: [partition] }],
  }
  const answer = await settled('the offset', async () => {
    const { topics } = await client.ask(api, version, body)
    return topics[0]?.partitions[0]
  })
  return errorName(answer.errorCode)
}

function nextOf(producer: Producer): Producer {
  return { producerId: producer.producerId, producerEpoch: producer.producerEpoch + 1 }
}

test('the feature transaction.version has level 2', async () => {
  const api = [apiVersionsRequest, apiVersionsResponse] as const
  const software = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
  const { finalizedFeatures, finalizedFeaturesEpoch } = await client.ask(api, 4, software)
  const found = finalizedFeatures.find(({ name }) => name === 'transaction.version')
  assert.equal(found?.maxVersionLevel, 2)
  assert.ok(finalizedFeaturesEpoch >= 0)
})

test('records take their partition into the transaction, and each end brings a new epoch', async () => {
  const id = unique('id')
  const first = await start(id)
  assert.equal(await send(id, first, { sequence: 5 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.equal(await send(id, first), 'NONE')
  assert.equal(await send(id, first, { sequence: 1 }), 'NONE')
  assert.equal(await send(id, first, { partition: 1 }), 'NONE')
  const none = 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
  assert.equal(await send(null, first, { sequence: 2 }), none)
  const next = nextOf(first)
  assert.equal(await send(id, next), 'INVALID_PRODUCER_EPOCH')
  assert.deepEqual(await end(id, first, true), next)
  assert.deepEqual(await end(id, first, true), next, 'asked again')
  assert.equal(await end(id, first, false), 'INVALID_TXN_STATE')
  assert.equal(await send(id, first, { sequence: 2 }), 'INVALID_PRODUCER_EPOCH', 'late')
  assert.equal(await send(id, next, { sequence: 2 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.equal(await send(id, next), 'NONE')
  assert.deepEqual(await end(id, next, false), nextOf(next))
})

test('what has no partition can be aborted, not committed', async () => {
  const id = unique('id')
  const first = await start(id)
  assert.equal(await end(id, first, true), 'INVALID_TXN_STATE')
  const next = nextOf(first)
  assert.deepEqual(await end(id, first, false), next)
  assert.deepEqual(await end(id, first, false), next, 'asked again')
  assert.equal(await end(id, first, true), 'INVALID_TXN_STATE')
  assert.equal(await end(id, next, true), 'INVALID_TXN_STATE')
  assert.deepEqual(await end(id, next, false), nextOf(next))
  assert.equal(await send(id, first), 'INVALID_PRODUCER_EPOCH')
})

test('a producer that another one has fenced can neither write nor end', async () => {
  const id = unique('id')
  const first = await start(id)
  assert.equal(await send(id, first), 'NONE')
  const second = await start(id)
  assert.equal(second.producerEpoch, first.producerEpoch + 2)
  assert.equal(await send(id, first, { sequence: 1 }), 'INVALID_PRODUCER_EPOCH')
  assert.equal(await end(id, first, true), 'PRODUCER_FENCED')
  assert.equal(await end(id, first, false), 'PRODUCER_FENCED')
  assert.equal(await end(unique('nobody'), second, true), 'INVALID_PRODUCER_ID_MAPPING')
})

test('offsets get into a transaction by themselves, from version 5 on', async () => {
  const id = unique('id')
  const first = await start(id)
  assert.equal(await commitOffset(id, first, 4), 'TRANSACTION_ABORTABLE')
  assert.equal(await commitOffset(id, first, 5), 'NONE')
  assert.equal(await commitOffset(id, first, 5), 'NONE')
  assert.deepEqual(await end(id, first, true), nextOf(first))
  // The first answer comes before the markers are written, the second one after it.
  assert.deepEqual(await end(id, first, true), nextOf(first), 'asked again')
  assert.equal(await commitOffset(id, first, 5), 'INVALID_PRODUCER_EPOCH')
  const admin = clientsOf().admin({ 'bootstrap.servers': kafka.bootstrap })
  await eventually('the offset', TIMEOUT_MS, async () => {
    const offsets = await admin.groupOffsets(group)
    return offsets.some(({ partition, offset }) => partition === 0 && offset === 7)
  })
  await admin.close()
})

test('older requests go on as before', async () => {
  const id = unique('id')
  const first = await start(id)
  assert.equal(await send(id, first, { version: 11 }), 'TRANSACTION_ABORTABLE')
  assert.equal(await send(id, first), 'NONE')
  assert.deepEqual(await end(id, first, true, 4), { producerId: -1, producerEpoch: -1 })
  assert.deepEqual(await end(id, first, true, 4), { producerId: -1, producerEpoch: -1 })
  assert.equal(await send(id, first, { sequence: 1, version: 11 }), 'TRANSACTION_ABORTABLE')
  assert.equal(await send(id, first, { sequence: 1 }), 'NONE')
  assert.deepEqual(await end(id, first, true), nextOf(first))
  assert.equal(await end(id, first, true, 4), 'PRODUCER_FENCED')
})
