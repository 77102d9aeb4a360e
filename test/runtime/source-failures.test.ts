import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError, RetriableError } from '../../src/base/errors.ts'
import { kafkaError, settle } from './fakes.ts'
import { lines, startSource } from './source-harness.ts'

test('a failed send fails the task at the next turn; the acknowledged part is committed', async () => {
  const { task, producer, ended, outcome, positions } = startSource()
  producer.recordsPerBatch = 1
  task.give(lines(1, 'a', 'b', 'c'))
  await settle()
  producer.batches[0]?.ack()
  producer.batches[1]?.fail(kafkaError('not authorized'))
  producer.batches[2]?.ack()
  await settle()
  task.give(lines(4, 'd'))
  await ended
  assert.ok(outcome.error instanceof ConnectError)
  assert.match(outcome.error.message, /Unrecoverable exception from producer send callback/)
  assert.match(String((outcome.error.cause as Error).message), /not authorized/)
  assert.deepEqual(positions(), [1])
})

test('a failed send fails a task that has nothing more to send', async () => {
  const { task, producer, clock, ended, outcome } = startSource()
  task.give(lines(1, 'a'))
  await settle()
  producer.batches[0]?.fail(kafkaError('not authorized'))
  await settle()
  task.give(null)
  await settle()
  await clock.advance(10)
  await ended
  assert.match(String((outcome.error as Error).cause), /not authorized/)
})

test('with errors.tolerance=all a failed send is reported and passed over', async () => {
  const { task, producer, control, ended, outcome, failures, positions } = startSource({
    tolerance: 'all',
  })
  producer.recordsPerBatch = 1
  task.give(lines(1, 'a', 'b'))
  await settle()
  producer.batches[0]?.fail(kafkaError('too large'))
  producer.batches[1]?.ack()
  await settle()
  control.stop()
  await ended
  assert.equal(outcome.error, null)
  assert.deepEqual(
    failures.map(({ stage, className }) => [stage, className]),
    [['KAFKA_PRODUCE', 'org.apache.kafka.connect.runtime.WorkerSourceTask']],
  )
  assert.deepEqual(task.recorded[0], ['a', null])
  assert.deepEqual(positions(), [2])
})

test('a record that the producer refuses fails the task, or is passed over where tolerated', async () => {
  for (const tolerance of ['none', 'all'] as const) {
    const { task, producer, control, ended, outcome, failures, positions } = startSource({
      tolerance,
    })
    producer.autoAck = true
    producer.refuse = (value) => (value === 'big' ? kafkaError('over max.request.size') : null)
    task.give(lines(1, 'a', 'c', 'big'))
    await settle()
    if (tolerance === 'all') control.stop()
    await ended
    const sent = producer.sent.map(({ value }) => value)
    if (tolerance === 'none') {
      assert.match(String((outcome.error as Error).cause), /max\.request\.size/)
      assert.deepEqual([sent, positions()], [['a', 'c'], [2]])
    } else {
      assert.deepEqual([sent, positions()], [['a', 'c'], [3]])
      assert.equal(failures.length, 1)
    }
  }
})

test('a converter that fails ends the task and names stage and class in the report', async () => {
  const { task, producer, ended, outcome, failures, positions } = startSource({
    check: (text) => {
      if (text === 'bad') throw new ConnectError('not readable', { code: 'DATA_INVALID' })
    },
  })
  producer.autoAck = true
  task.give(lines(1, 'a', 'bad', 'c'))
  await ended
  assert.match(String(outcome.error), /Tolerance exceeded in error handler/)
  assert.deepEqual(
    failures.map(({ stage, className }) => [stage, className]),
    [['VALUE_CONVERTER', 'ValueConverter']],
  )
  assert.deepEqual(positions(), [1])
})

test('with errors.tolerance=all a bad record is skipped and the others arrive', async () => {
  const { task, producer, control, ended, outcome } = startSource({
    tolerance: 'all',
    check: (text) => {
      if (text === 'bad') throw new ConnectError('not readable', { code: 'DATA_INVALID' })
    },
  })
  producer.autoAck = true
  task.give(lines(1, 'bad', 'b', 'bad', 'bad', 'c'))
  await settle()
  control.stop()
  await ended
  assert.equal(outcome.error, null)
  assert.deepEqual(
    producer.sent.map(({ value }) => value),
    ['b', 'c'],
  )
  assert.equal(task.recorded.filter(([, metadata]) => metadata === null).length, 3)
})

test('a retriable failure is tried again after 300, 600, 1000 ms until errors.retry.timeout', async () => {
  let attempts = 0
  const { task, clock, ended, outcome, failures } = startSource({
    retryTimeoutMs: 2000,
    check: () => {
      attempts++
      throw new RetriableError('registry is away')
    },
  })
  task.give(lines(1, 'a'))
  await settle()
  // Past the limit of 1000 ms the delay is random; here the half of it, then what is left.
  for (const delayMs of [300, 600, 500, 500, 100]) {
    assert.deepEqual(clock.sleeping[0], delayMs)
    await clock.advance(delayMs)
  }
  await ended
  assert.equal(attempts, 6)
  assert.equal(failures.length, 1)
  assert.match(String(outcome.error), /Tolerance exceeded/)
})

test('a retriable failure that goes away loses nothing and reports nothing', async () => {
  const registry: { away: boolean } = { away: true }
  const { task, producer, clock, control, ended, failures } = startSource({
    retryTimeoutMs: -1,
    check: () => {
      if (registry.away) throw new RetriableError('registry is away')
    },
  })
  producer.autoAck = true
  task.give(lines(1, 'a', 'b'))
  await settle()
  registry.away = false
  await clock.advance(300)
  assert.deepEqual(
    producer.sent.map(({ value }) => value),
    ['a', 'b'],
  )
  assert.equal(failures.length, 0)
  control.stop()
  await ended
})

test('each record has attempts and delays of its own', async () => {
  const failed = new Set<string>()
  const { task, producer, clock, control, ended } = startSource({
    retryTimeoutMs: 400,
    check: (text) => {
      if (failed.has(text)) return
      failed.add(text)
      throw new RetriableError('registry is away')
    },
  })
  producer.autoAck = true
  task.give(lines(1, 'a', 'b'))
  await settle()
  await clock.advance(300)
  assert.deepEqual(clock.sleeping[0], 300)
  await clock.advance(300)
  assert.equal(producer.sent.length, 2)
  control.stop()
  await ended
})

test('a stop ends a wait between attempts, and the record is not committed', async () => {
  const { task, control, ended, outcome, positions } = startSource({
    retryTimeoutMs: -1,
    check: () => {
      throw new RetriableError('registry is away')
    },
  })
  task.give(lines(1, 'a'))
  await settle()
  control.stop()
  await ended
  assert.equal(outcome.error, null)
  assert.deepEqual(positions(), [])
})
