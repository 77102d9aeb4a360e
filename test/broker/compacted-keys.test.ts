import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCodec } from '../../src/protocol/compression.ts'
import { errorCode } from '../../src/protocol/error-codes.ts'
import { produceRequest, produceResponse } from '../../src/protocol/messages/produce.ts'
import { createTopicsRequest, createTopicsResponse } from '../../src/protocol/messages/topics.ts'
import { startEmbeddedBroker } from '../helpers/embedded-broker.ts'
import { batchOf, record } from '../protocol/batches.ts'
import { connect } from './transactions/requests.ts'

test('records without a key are refused on a compacted topic, in every codec', async (t) => {
  const broker = await startEmbeddedBroker()
  const client = await connect(broker.port)
  t.after(async () => {
    client.close()
    await broker.stop()
  })
  const configs = [{ name: 'cleanup.policy', value: 'compact' }]
  const topic = { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs }
  const api = [createTopicsRequest, createTopicsResponse] as const
  await client.ask(api, 5, { topics: [topic], timeoutMs: 1000 })
  const produce = async (records: Buffer) => {
    const { responses } = await client.ask([produceRequest, produceResponse], 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
    })
    return responses[0]?.partitionResponses[0]?.errorCode
  }
  await loadCodec('snappy')
  for (const codec of ['snappy', 'lz4', 'gzip', 'zstd', 'none'] as const) {
    const timestamp = Date.now()
    const keyed = record('v', { timestamp, key: 'k' })
    const both = batchOf([keyed, record('v', { timestamp })], codec)
    assert.equal(await produce(both), errorCode.INVALID_RECORD, codec)
    assert.equal(await produce(batchOf([keyed], codec)), errorCode.NONE, codec)
  }
})
