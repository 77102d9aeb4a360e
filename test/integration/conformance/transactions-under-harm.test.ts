import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import type { TransactionalProducer } from '../../../src/kafka/client.ts'
import { freePort } from '../../helpers/apache-kafka.ts'
import { type LossyProxy, lossyProxy } from '../../helpers/lossy-proxy.ts'
import { startTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  append,
  clientsOf,
  readAll,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

const TRANSACTIONS = 120
/** Produce, AddPartitionsToTxn, EndTxn. */
const API_KEYS = [0, 24, 26]
const LOST_EVERY = 7

const clients = clientsOf()
let kafka: TestBroker
let proxy: LossyProxy

before(async () => {
  const proxyPort = await freePort()
  kafka = await startTestBroker({
    advertisedPort: proxyPort,
    apacheSettings: ['broker.session.timeout.ms=1500', 'broker.heartbeat.interval.ms=300'],
  })
  proxy = lossyProxy(kafka.port, API_KEYS, LOST_EVERY)
  await once(proxy.server.listen(proxyPort, '127.0.0.1'), 'listening')
})
after(async () => {
  proxy.server.close()
  await kafka.stop()
})

function transactional(id: string): TransactionalProducer {
  return clients.transactionalProducer(
    sourceProducer(kafka.bootstrap, {
      'transactional.id': id,
      'enable.idempotence': 'true',
      // Longer than the broker takes to start.
      'transaction.timeout.ms': '900000',
      'retry.backoff.ms': '10',
      'reconnect.backoff.ms': '10',
    }),
  )
}

/** Numbered records in transactions, of which every third is given up. @returns Those committed. */
async function runTransactions(
  producer: TransactionalProducer,
  topic: string,
  count: number,
  between: (round: number) => Promise<void>,
): Promise<readonly string[]> {
  const committed: string[] = []
  for (let round = 0; round < count; round++) {
    const isGivenUp = round % 3 === 2
    const values = ['a', 'b', 'c'].map((name) => `${round}${name}`)
    producer.beginTransaction()
    for (const value of values) {
      append(producer, topic, { value })
      // Some are given up before anything of them is sent.
      if (round % 6 !== 5) await producer.flush()
    }
    await between(round)
    if (isGivenUp) {
      await producer.abortTransaction()
    } else {
      await producer.commitTransaction()
      committed.push(...values)
    }
  }
  return committed
}

async function assertCommitted(topic: string, committed: readonly string[]): Promise<void> {
  const read = await readAll(clients, kafka.bootstrap, topic, committed.length, {
    'isolation.level': 'read_committed',
  })
  assert.deepEqual(
    read.map(({ value }) => value),
    committed,
  )
}

test('lost answers to requests of transactions: what was committed is there once', async (t) => {
  const topic = unique('lost-transactions')
  const producer = transactional(topic)
  t.after(() => producer.close(0))
  await producer.initTransactions()
  await producer.prepare(topic)
  proxy.lost = 0
  const committed = await runTransactions(producer, topic, TRANSACTIONS, async () => {})
  assert.ok(proxy.lost > 20, `${proxy.lost} answers were lost`)
  await assertCommitted(topic, committed)
})

test('a broker killed within transactions: what was committed is there once', async (t) => {
  const topic = unique('killed-transactions')
  const producer = transactional(topic)
  t.after(() => producer.close(0))
  await producer.initTransactions()
  await producer.prepare(topic)
  const committed = await runTransactions(producer, topic, 12, async (round) => {
    if (round !== 4 && round !== 8) return
    await kafka.kill()
    await systemClock.sleep(round === 4 ? 2000 : 100)
    await kafka.start()
  })
  await assertCommitted(topic, committed)
})
