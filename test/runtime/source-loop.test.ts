import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError, RetriableError } from '../../src/base/errors.ts'
import { SourceRecord } from '../../src/data/record.ts'
import { settle } from './fakes.ts'
import { lines, partition, startSource } from './source-harness.ts'

const FLUSH_INTERVAL_MS = 60_000

test('records are sent in order; offsets follow the acknowledgement, not the sending', async () => {
  const { task, producer, clock, control, ended, positions } = startSource()
  producer.recordsPerBatch = 2
  task.give(lines(1, 'a', 'b', 'c'))
  await settle()
  assert.deepEqual(
    producer.sent.map(({ value }) => value),
    ['a', 'b', 'c'],
  )
  await clock.advance(FLUSH_INTERVAL_MS)
  assert.deepEqual(positions(), [])
  producer.batches[1]?.ack(2)
  await settle()
  await clock.advance(FLUSH_INTERVAL_MS)
  assert.deepEqual(positions(), [])
  producer.batches[0]?.ack(0)
  await settle()
  await clock.advance(FLUSH_INTERVAL_MS)
  assert.deepEqual(positions(), [3])
  control.stop()
  await ended
})

test('commitRecord tells where each record is, commit follows each commit of offsets', async () => {
  const { task, producer, clock, control, ended } = startSource()
  task.give(lines(1, 'a', 'b'))
  await settle()
  producer.batches[0]?.ack(40)
  await settle()
  const place = { topic: 't', partition: 0, timestamp: 1 }
  assert.deepEqual(task.recorded, [
    ['a', { ...place, offset: 40 }],
    ['b', { ...place, offset: 41 }],
  ])
  await clock.advance(FLUSH_INTERVAL_MS)
  assert.equal(task.commits, 1)
  control.stop()
  await ended
  assert.equal(task.commits, 2)
})

test('a dropped record is not sent, is told to commitRecord and commits nothing by itself', async () => {
  const { task, producer, control, ended, positions } = startSource({
    transform: (record) => (record.value === 'drop' ? null : record),
  })
  producer.autoAck = true
  task.give(lines(1, 'keep', 'drop'))
  await settle()
  assert.deepEqual(
    producer.sent.map(({ value }) => value),
    ['keep'],
  )
  assert.deepEqual(task.recorded[0], ['drop', null])
  control.stop()
  await ended
  assert.deepEqual(positions(), [1])
})

test('a stop waits for records in flight and commits what was acknowledged', async () => {
  const { task, producer, control, ended, outcome, positions } = startSource()
  task.give(lines(1, 'a', 'b'))
  await settle()
  control.stop()
  await settle()
  assert.equal(outcome.done, false)
  producer.batches[0]?.ack()
  await ended
  assert.equal(outcome.error, null)
  assert.deepEqual(positions(), [2])
})

test('a stop gives up on records that are not acknowledged in time', async () => {
  const { task, producer, clock, control, ended, logger, positions } = startSource()
  producer.recordsPerBatch = 1
  task.give(lines(1, 'a', 'b'))
  await settle()
  producer.batches[0]?.ack()
  control.stop()
  await settle()
  await clock.advance(5000)
  await ended
  assert.deepEqual(positions(), [1])
  assert.ok(logger.has('warn', /not acknowledged/))
})

test('records that a poll brought before the stop are still sent', async () => {
  const { task, producer, control, ended, positions } = startSource()
  producer.autoAck = true
  producer.prepared.add('t')
  await settle()
  task.give(lines(1, 'a'))
  control.stop()
  await ended
  assert.deepEqual(
    producer.sent.map(({ value }) => value),
    ['a'],
  )
  assert.deepEqual(positions(), [1])
})

test('a retriable error of poll is no failure, another one is', async () => {
  const { task, producer, clock, ended, outcome } = startSource()
  producer.autoAck = true
  task.give(new RetriableError('try later'), lines(1, 'a'))
  await settle()
  await clock.advance(10)
  assert.equal(producer.sent.length, 1)
  task.give(new Error('broken'))
  await ended
  assert.match(String(outcome.error), /broken/)
})

test('a pause ends the poll, is reported, and nothing is polled until the resume', async () => {
  const { task, producer, control, ended, states } = startSource()
  producer.autoAck = true
  await settle()
  control.setTarget('PAUSED')
  await settle()
  const { polls } = task
  task.give(lines(1, 'a'))
  await settle()
  assert.equal(task.polls, polls)
  control.setTarget('STARTED')
  await settle()
  assert.deepEqual(states, ['paused', 'resumed', 'topic t'])
  control.setTarget('PAUSED')
  control.stop()
  await ended
})

test('a full buffer holds the loop up until there is room', async () => {
  const { task, producer, control, ended, clock, logger } = startSource()
  producer.autoAck = true
  const room = Promise.withResolvers<void>()
  producer.full = room.promise
  task.give(lines(1, 'a'))
  await settle()
  assert.equal(producer.sent.length, 0)
  await clock.advance(500)
  assert.ok(logger.has('warn', /buffer is full/))
  producer.full = null
  room.resolve()
  await settle()
  assert.equal(producer.sent.length, 1)
  control.stop()
  await ended
})

test('a poll that never waits leaves others their turn', async () => {
  const { task, producer, control, ended } = startSource()
  producer.autoAck = true
  task.poll = (() => lines(2, 'b')) as never
  task.give(lines(1, 'a'))
  await settle()
  control.stop()
  await ended
  assert.ok(producer.sent.length > 1)
})

test('a topic that never comes does not hold up a stop, and the log names it', async () => {
  const { task, producer, clock, control, ended, outcome, logger } = startSource()
  producer.onPrepare = () => new Promise(() => {})
  task.give(lines(1, 'a'))
  await settle()
  await clock.advance(500)
  assert.ok(logger.has('warn', /topic t/))
  control.stop()
  await ended
  assert.equal(outcome.error, null)
})

test('a topic that the producer gives up on fails the task with its name', async () => {
  const { task, producer, ended, outcome } = startSource()
  producer.onPrepare = async () => {
    throw new ConnectError('not there after 1000 ms', { code: 'KAFKA_TIMEOUT' })
  }
  task.give(lines(1, 'a'))
  await ended
  assert.match(String((outcome.error as Error).cause), /topic t.*not there after 1000 ms/)
})

test('the creation of a topic is tried again after a retriable error, not after another', async () => {
  const answers = [new RetriableError('no controller'), null, new Error('not authorized')]
  const { task, producer, clock, ended, outcome } = startSource({
    tolerance: 'all',
    ensureTopic: async () => {
      const answer = answers.shift()
      if (answer instanceof Error) throw answer
    },
  })
  producer.autoAck = true
  task.give(lines(1, 'a'))
  await settle()
  assert.equal(producer.sent.length, 0)
  await clock.advance(100)
  assert.equal(producer.sent.length, 1)
  const other = { topic: 'other', sourcePartition: partition, sourceOffset: { position: 2 } }
  task.give([new SourceRecord(other)])
  await ended
  assert.match(String(outcome.error), /not authorized/)
})

test('a commit that fails or takes too long is made good by the next one', async () => {
  const { task, producer, clock, control, ended, store, logger, positions } = startSource()
  producer.autoAck = true
  const { write } = store
  task.give(lines(1, 'a'))
  await settle()
  store.write = async () => {
    throw new Error('disk full')
  }
  await clock.advance(FLUSH_INTERVAL_MS)
  assert.ok(logger.has('error', /disk full/))
  store.write = () => new Promise(() => {})
  await clock.advance(FLUSH_INTERVAL_MS + 5000)
  assert.ok(logger.has('error', /offset\.flush\.timeout\.ms/))
  assert.equal(task.commits, 0)
  store.write = write
  control.stop()
  await ended
  assert.deepEqual(positions(), [1])
  assert.equal(task.commits, 1)
})

test('a task whose worker gave up on it commits nothing after a failure', async () => {
  const { task, producer, control, ended, positions } = startSource()
  task.give(lines(1, 'a'))
  await settle()
  producer.batches[0]?.ack()
  await settle()
  task.give(new Error('late'))
  control.cancel()
  await ended
  assert.deepEqual(positions(), [])
})

test('negative timestamps: -1 stands for none, others are refused', async () => {
  const { task, producer, ended, outcome } = startSource()
  producer.autoAck = true
  const fields = { topic: 't', sourcePartition: partition, sourceOffset: null, value: 'x' }
  task.give([new SourceRecord({ ...fields, timestamp: -1 })])
  await settle()
  assert.equal(producer.sent[0]?.timestamp, null)
  task.give([new SourceRecord({ ...fields, timestamp: -2 })])
  await ended
  const { cause } = outcome.error as Error
  assert.match(String(cause), /VALUE_CONVERTER failed for a record for t, from /)
  assert.match(String((cause as Error).cause), /-2/)
})
