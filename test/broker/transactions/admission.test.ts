import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type RunningBroker, startBroker } from '../../../src/broker/index.ts'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import { produceRequest, produceResponse } from '../../../src/protocol/messages/produce.ts'
import { createTopicsRequest, createTopicsResponse } from '../../../src/protocol/messages/topics.ts'
import * as transactions from '../../../src/protocol/messages/transactions.ts'
import { batchOf, record } from '../../protocol/batches.ts'
import { connect, type RequestClient } from './requests.ts'

// What Apache Kafka 4.3.1 answers to the same requests.

interface Producer {
  readonly producerId: number
  readonly producerEpoch: number
}

let broker: RunningBroker
let client: RequestClient

before(async () => {
  broker = await startBroker()
  client = await connect(broker.port)
  const topic = { name: 't', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
  const api = [createTopicsRequest, createTopicsResponse] as const
  await client.ask(api, 5, { topics: [topic], timeoutMs: 1000 })
})
after(async () => {
  client.close()
  await broker.stop()
})

const addPartitions = [
  transactions.addPartitionsToTxnRequest,
  transactions.addPartitionsToTxnResponse,
] as const
const endTxn = [transactions.endTxnRequest, transactions.endTxnResponse] as const

async function add(id: string, producer: Producer, partition: number): Promise<void> {
  const answer = await client.ask(addPartitions, 3, {
    v3AndBelowTransactionalId: id,
    v3AndBelowProducerId: producer.producerId,
    v3AndBelowProducerEpoch: producer.producerEpoch,
    v3AndBelowTopics: [{ name: 't', partitions: [partition] }],
  })
  assert.equal(answer.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode, 0)
}

/** @returns Name of the error. */
async function send(
  apiVersion: number,
  transactionalId: string | null,
  { producerId, producerEpoch }: Producer,
  { sequence = 0, partition = 0, isTransactional = true } = {},
): Promise<string | undefined> {
  const stamp = { producerId, producerEpoch, baseSequence: sequence, isTransactional }
  const records = batchOf([record('v', { timestamp: Date.now() })], 'none', stamp)
  const { responses } = await client.ask([produceRequest, produceResponse], apiVersion, {
    transactionalId,
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 't', partitionData: [{ index: partition, records }] }],
  })
  const code = responses[0]?.partitionResponses[0]?.errorCode
  return Object.entries(errorCode).find(([, number]) => number === code)?.[0]
}

for (const [apiVersion, notAdded] of [
  [7, 'INVALID_TXN_STATE'],
  [10, 'INVALID_TXN_STATE'],
  [11, 'TRANSACTION_ABORTABLE'],
] as const) {
  test(`Produce ${apiVersion}: records of a transaction that has not added the partition`, async () => {
    const id = `transactions-${apiVersion}`
    const producer = await client.initProducer(id)
    const { producerId, producerEpoch } = producer
    const other = { producerId: producerId + 1_000_000, producerEpoch: 0 }
    const next = { producerId, producerEpoch: producerEpoch + 1 }
    assert.equal(await send(apiVersion, id, producer), notAdded)
    assert.equal(
      await send(apiVersion, null, producer),
      'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
      'without a transactional id',
    )
    assert.equal(await send(apiVersion, 'nobody', producer), 'INVALID_PRODUCER_ID_MAPPING')
    assert.equal(await send(apiVersion, id, other), 'INVALID_PRODUCER_ID_MAPPING')
    assert.equal(await send(apiVersion, id, next), 'INVALID_PRODUCER_EPOCH')

    await add(id, producer, 0)
    assert.equal(await send(apiVersion, id, producer), 'NONE')
    assert.equal(await send(apiVersion, id, producer, { partition: 1 }), notAdded)
    assert.equal(
      await send(apiVersion, id, producer, { sequence: 1, isTransactional: false }),
      'INVALID_TXN_STATE',
      'outside of the open transaction',
    )
    await client.ask(endTxn, 3, { transactionalId: id, producerId, producerEpoch, committed: true })
    assert.equal(await send(apiVersion, id, producer, { sequence: 1 }), notAdded, 'after the end')

    await client.initProducer(id)
    assert.equal(await send(apiVersion, id, producer), 'INVALID_PRODUCER_EPOCH', 'fenced')
  })
}
