import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError, RetriableError } from '../../src/base/errors.ts'
import { NotReady } from '../../src/sdk/not-ready.ts'
import { fetched, settle } from './fakes.ts'
import { p0, startSink } from './sink-harness.ts'
import { lines, startSource } from './source-harness.ts'

/** What a converter does that needs an answer for `text` before it goes on. */
function waitingFor(text: string) {
  const attempts: string[] = []
  let answer = Promise.withResolvers<void>()
  let isKnown = false
  return {
    attempts,
    check(seen: string) {
      attempts.push(seen)
      if (seen === text && !isKnown) throw new NotReady('waits', answer.promise)
    },
    answer() {
      isKnown = true
      answer.resolve()
    },
    refuse(error: Error) {
      const { reject } = answer
      answer = Promise.withResolvers()
      reject(error)
    },
  }
}

test('a source waits for its converter and sends each record once, in order', async () => {
  const lookup = waitingFor('b')
  const { task, producer, control, ended, outcome } = startSource({ check: lookup.check })
  task.give(lines(1, 'a', 'b', 'c'))
  await settle()
  const sent = () => producer.sent.map(({ value }) => value)
  assert.deepEqual(sent(), ['a'])
  lookup.answer()
  await settle()
  assert.deepEqual(sent(), ['a', 'b', 'c'])
  for (const batch of producer.batches) batch.ack()
  control.stop()
  await ended
  assert.equal(outcome.error, null)
})

test('a sink waits for its converter and is given each record once, in order', async () => {
  const lookup = waitingFor('b')
  const { consumer, task, stop, outcome } = startSink({ check: lookup.check })
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a', 'b', 'c']))
  await settle()
  assert.deepEqual(task.records, [])
  lookup.answer()
  await settle()
  assert.deepEqual(
    task.records.map(({ value }) => value),
    ['a', 'b', 'c'],
  )
  await stop()
  assert.equal(outcome.error, null)
})

test('what a converter waits for in vain is why the record failed', async () => {
  const lookup = waitingFor('b')
  const { consumer, task, stop, failures } = startSink({ check: lookup.check, tolerance: 'all' })
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a', 'b', 'c']))
  await settle()
  lookup.refuse(new ConnectError('no such schema', { code: 'DATA_INVALID' }))
  await settle()
  assert.deepEqual(
    failures.map(({ stage, error }) => [stage, (error as Error).message]),
    [['VALUE_CONVERTER', 'no such schema']],
  )
  assert.deepEqual(
    task.records.map(({ value }) => value),
    ['a', 'c'],
  )
  await stop()
})

test('a retriable answer is asked for again until errors.retry.timeout', async () => {
  const lookup = waitingFor('b')
  const { consumer, clock, stop, outcome } = startSink({
    check: lookup.check,
    retryTimeoutMs: 800,
  })
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['b']))
  for (const delayMs of [300, 500, 0]) {
    await settle()
    lookup.refuse(new RetriableError('the registry is away'))
    await settle()
    await clock.advance(delayMs)
  }
  await settle()
  assert.deepEqual(lookup.attempts, ['b', 'b', 'b'])
  const { cause } = outcome.error as Error
  assert.match(String(cause), /VALUE_CONVERTER failed for the record t-0 at offset 0/)
  assert.match(String((cause as Error).cause), /the registry is away/)
  await stop()
})

test('a task stops while its converter waits; the record counts as not seen', async () => {
  const lookup = waitingFor('a')
  const { consumer, stop, outcome } = startSink({ check: lookup.check })
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  await stop()
  assert.equal(outcome.error, null)
  assert.deepEqual(consumer.committed, [])
})
