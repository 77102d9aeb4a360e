import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '../../src/broker/index.ts'
import { errorCode } from '../../src/protocol/error-codes.ts'
import { produceRequest, produceResponse } from '../../src/protocol/messages/produce.ts'
import * as topics from '../../src/protocol/messages/topics.ts'
import { batchOf, record } from '../protocol/batches.ts'
import { connect } from './transactions/requests.ts'

test('a broker in memory refuses records when its room is full, until topics are deleted', async (t) => {
  const broker = await startBroker({ memoryBytesMax: 4_500_000 })
  const client = await connect(broker.port)
  t.after(async () => {
    client.close()
    await broker.stop()
  })
  const topic = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  await client.ask([topics.createTopicsRequest, topics.createTopicsResponse], 5, {
    topics: ['first', 'second'].map((name) => ({ name, ...topic })),
    timeoutMs: 1000,
  })
  const produce = async (name: string) => {
    const records = batchOf([record('x'.repeat(900_000), { timestamp: Date.now() })])
    const { responses } = await client.ask([produceRequest, produceResponse], 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name, partitionData: [{ index: 0, records }] }],
    })
    return responses[0]?.partitionResponses[0]
  }
  for (let nth = 0; nth < 4; nth++) assert.equal((await produce('first'))?.errorCode, 0)
  const refused = await produce('second')
  assert.equal(refused?.errorCode, errorCode.KAFKA_STORAGE_ERROR)
  assert.match(refused.errorMessage ?? '', /4 MB for records in memory are full.*--data/)
  await client.ask([topics.deleteTopicsRequest, topics.deleteTopicsResponse], 5, {
    topicNames: ['first'],
    timeoutMs: 1000,
  })
  assert.equal((await produce('second'))?.errorCode, 0)
})
