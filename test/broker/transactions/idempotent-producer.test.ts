import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BrokerOptions, startBroker } from '../../../src/broker/index.ts'
import { temporaryFolder } from '../../helpers/worker.ts'
import { clientsOf, produceAll, readAll, sourceProducer } from '../../kafka/conformance/support.ts'
import { connect } from './requests.ts'

const clients = clientsOf()
const topic = 'numbers'

async function produce(bootstrap: string, values: readonly string[]): Promise<void> {
  const producer = clients.producer(sourceProducer(bootstrap, { 'enable.idempotence': 'true' }))
  try {
    await produceAll(
      producer,
      topic,
      values.map((value) => ({ value })),
    )
  } finally {
    await producer.close(5000)
  }
}

test('an idempotent producer writes, also to a broker that was restarted', async (t) => {
  const folder = temporaryFolder()
  const options: BrokerOptions = { dataDir: folder.path }
  for (const value of ['one', 'two']) {
    const broker = await startBroker(options)
    try {
      await produce(broker.bootstrap, [value])
    } finally {
      await broker.stop()
    }
  }
  const broker = await startBroker(options)
  t.after(async () => {
    await broker.stop()
    folder.remove()
  })
  const records = await readAll(clients, broker.bootstrap, topic, 2)
  assert.deepEqual(
    records.map(({ value }) => value),
    ['one', 'two'],
  )
})

test('no two producers get one id, before and after a restart', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const ids: number[] = []
  for (const count of [1100, 2]) {
    const broker = await startBroker({ dataDir: folder.path })
    const client = await connect(broker.port)
    try {
      for (let nth = 0; nth < count; nth++) {
        const { errorCode, producerId, producerEpoch } = await client.initProducer(null)
        assert.deepEqual({ errorCode, producerEpoch }, { errorCode: 0, producerEpoch: 0 })
        ids.push(producerId)
      }
    } finally {
      client.close()
      await broker.stop()
    }
  }
  assert.equal(new Set(ids).size, 1102)
})
