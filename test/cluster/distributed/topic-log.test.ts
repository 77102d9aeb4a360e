import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TopicLog } from '../../../src/cluster/distributed/topic-log.ts'
import type { Admin, Consumer, FetchedRecords, Producer } from '../../../src/kafka/client.ts'
import { FakeClock, settle } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

/** A topic with one partition on a broker that tests can take it from. */
function openTopic() {
  const clock = new FakeClock()
  const texts: string[] = []
  const broker = { topics: 1, id: 'first' }
  let next = 0
  let wake = new AbortController()
  const admin: Partial<Admin> = {
    describeTopics: async (names) =>
      names.slice(0, broker.topics).map((name) => ({ name, id: broker.id, partitions: 1 })),
    endOffsets: async ([first]) =>
      first === undefined ? [] : [{ ...first, offset: texts.length }],
  }
  const consumer: Partial<Consumer> = {
    assign: async () => {},
    seekToBeginning: async () => {},
    position: async () => next,
    wakeup: () => wake.abort(),
    poll: async (timeoutMs) => {
      if (next === texts.length && !wake.signal.aborted) await clock.sleep(timeoutMs, wake.signal)
      wake = new AbortController()
      return texts.slice(next).map((text) => fetched(text, next++))
    },
    close: async () => {},
  }
  const producer: Partial<Producer> = { prepare: async () => {}, close: async () => {} }
  const log = new TopicLog({
    topic: 'connect-configs',
    admin: admin as Admin,
    consumer: consumer as Consumer,
    producer: producer as Producer,
    clock,
    logger: silentLogger,
  })
  return { log, clock, texts, broker }
}

function fetched(text: string, offset: number): FetchedRecords {
  return {
    topic: 'connect-configs',
    partition: 0,
    count: 1,
    bytes: Buffer.from(text),
    timestampType: 'CreateTime',
    offsets: [offset],
    timestamps: [0],
    keyStarts: [0],
    keyEnds: [text.length],
    valueStarts: [-1],
    valueEnds: [-1],
    headers: () => [],
  }
}

function rethrow(error: unknown): never {
  throw error
}

test('a log is read to its end at the start, and again when asked', async () => {
  const { log, texts } = openTopic()
  const read: string[] = []
  texts.push('a', 'b')
  await log.start(({ key, offset }) => read.push(`${offset}:${key}`), rethrow)
  assert.deepEqual(read, ['0:a', '1:b'])
  texts.push('c')
  await log.readToEnd()
  assert.deepEqual(read, ['0:a', '1:b', '2:c'])
  await log.close()
  await assert.rejects(log.readToEnd(), { code: 'WORKER_STATE' })
})

test('a topic that is missing for 15 s was deleted: reading ends and says so', async () => {
  const { log, clock, broker } = openTopic()
  const failures: unknown[] = []
  await log.start(
    () => {},
    (error) => failures.push(error),
  )
  await settle()
  // Until then it was seen just now.
  await clock.advance(2000)
  broker.topics = 0
  const lost = {
    code: 'TOPIC_LOST',
    message: /^Topic connect-configs can't be followed any more.* does not exist any more$/,
  }
  const end = assert.rejects(log.readToEnd(), lost)
  for (let second = 0; second < 15; second++) {
    await settle()
    await clock.advance(1000)
  }
  assert.deepEqual(failures, [])
  await clock.advance(1000)
  await end
  assert.equal(failures.length, 1)
})

test('a topic that somebody created anew is not taken for the one that was deleted', async () => {
  const { log, clock, broker } = openTopic()
  const failures: unknown[] = []
  await log.start(
    () => {},
    (error) => failures.push(error),
  )
  await settle()
  await clock.advance(2000)
  broker.id = 'second'
  await assert.rejects(log.readToEnd(), {
    code: 'TOPIC_LOST',
    message: /was deleted and created anew$/,
  })
  assert.equal(failures.length, 1)
})

test('a topic that is missing while a broker starts is waited for', async () => {
  const { log, clock, broker } = openTopic()
  await log.start(() => {}, rethrow)
  broker.topics = 0
  const end = log.readToEnd()
  await settle()
  await clock.advance(5000)
  broker.topics = 1
  await clock.advance(1000)
  await end
})
