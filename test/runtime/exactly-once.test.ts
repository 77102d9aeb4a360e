import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { SourceRecord } from '../../src/data/record.ts'
import { startExactlyOnce } from './exactly-once-harness.ts'
import { settle } from './fakes.ts'
import { lines, partition } from './source-harness.ts'

const offset = (position: number) => `offsets={"position":${position}}`

test('a transaction holds the records of a poll and the last offset of each partition', async () => {
  const { task, producer, control, ended, states } = startExactlyOnce()
  const other = new SourceRecord({
    topic: 'u',
    sourcePartition: { file: 'b' },
    sourceOffset: { position: 9 },
    value: 'x',
  })
  task.give([...lines(1, 'a', 'b'), other], lines(3, 'c'))
  await settle()
  assert.deepEqual(producer.ended, [
    `commit t=a t=b u=x ${offset(2)} ${offset(9)}`,
    `commit t=c ${offset(3)}`,
  ])
  assert.deepEqual(
    producer.sent.filter(({ topic }) => topic === 'offsets').map(({ key }) => key),
    ['["c",{"file":"a"}]', '["c",{"file":"b"}]', '["c",{"file":"a"}]'],
  )
  assert.deepEqual(states, ['topic t', 'topic u', 'topic t'])
  control.stop()
  await ended
  assert.equal(producer.ended.length, 2)
})

test('commitRecord and commit come after the transaction, with where the record is', async () => {
  const { task, control, ended } = startExactlyOnce({
    transform: (record) => (record.value === 'drop' ? null : record),
  })
  task.give(lines(1, 'a', 'drop', 'b'))
  await settle()
  const place = { topic: 't', partition: 0, timestamp: 1 }
  assert.deepEqual(task.recorded, [
    ['a', { ...place, offset: 0 }],
    ['drop', null],
    ['b', { ...place, offset: 1 }],
  ])
  assert.equal(task.commits, 1)
  control.stop()
  await ended
})

test('interval: transactions end with the first poll after the time is over, and at the end', async () => {
  const { task, producer, clock, control, ended } = startExactlyOnce({
    boundary: { kind: 'INTERVAL', intervalMs: 1000 },
  })
  task.give(lines(1, 'a'), lines(2, 'b'))
  await settle()
  assert.deepEqual(producer.ended, [])
  await clock.advance(1000)
  task.give(lines(3, 'c'))
  await settle()
  assert.deepEqual(producer.ended, [`commit t=a t=b t=c ${offset(3)}`])
  task.give(lines(4, 'd'))
  await settle()
  control.stop()
  await ended
  assert.deepEqual(producer.ended.slice(1), [`commit t=d ${offset(4)}`])
})

test('a pause commits what there is', async () => {
  const { task, producer, control, ended, states } = startExactlyOnce({
    boundary: { kind: 'interval', intervalMs: 60_000 },
  })
  task.give(lines(1, 'a'))
  await settle()
  control.setTarget('PAUSED')
  await settle()
  assert.deepEqual(producer.ended, [`commit t=a ${offset(1)}`])
  control.setTarget('STARTED')
  await settle()
  assert.ok(states.includes('resumed'))
  control.stop()
  await ended
})

test('connector: the task ends transactions by record and by batch', async () => {
  const { task, producer, requests, control, ended } = startExactlyOnce({
    boundary: { kind: 'connector' },
  })
  const [a, b, c] = lines(1, 'a', 'b', 'c') as [SourceRecord, SourceRecord, SourceRecord]
  requests?.commitTransaction(b)
  task.give([a, b, c])
  await settle()
  assert.deepEqual(producer.ended, [`commit t=a t=b ${offset(2)}`])
  requests?.commitTransaction()
  task.give(lines(4, 'd'))
  await settle()
  assert.deepEqual(producer.ended.slice(1), [`commit t=c t=d ${offset(4)}`])
  task.give(lines(5, 'e'))
  await settle()
  control.stop()
  await ended
  assert.equal(producer.ended.length, 2, 'nobody asked for the end of the last one')
})

test('connector: an abort drops the records, and commits their offsets', async () => {
  const { task, producer, requests, control, ended, states } = startExactlyOnce({
    boundary: { kind: 'connector' },
  })
  const [a, b, c] = lines(1, 'a', 'b', 'c') as [SourceRecord, SourceRecord, SourceRecord]
  requests?.abortTransaction(b)
  requests?.commitTransaction(c)
  task.give([a, b, c])
  await settle()
  assert.deepEqual(producer.ended, [
    'abort t=a t=b',
    `commit ${offset(2)}`,
    `commit t=c ${offset(3)}`,
  ])
  assert.deepEqual(task.recorded.slice(0, 2), [
    ['a', null],
    ['b', null],
  ])
  assert.deepEqual(states, ['topic t'])
  requests?.abortTransaction()
  task.give(lines(4, 'd'))
  await settle()
  assert.deepEqual(producer.ended.slice(3), ['abort t=d', `commit ${offset(4)}`])
  control.stop()
  await ended
})

test('connector: an abort of nothing is passed over with a warning', async () => {
  const { task, producer, requests, logger, clock, control, ended } = startExactlyOnce({
    boundary: { kind: 'connector' },
  })
  requests?.abortTransaction()
  task.give(null)
  await settle()
  await clock.advance(1000)
  assert.deepEqual(producer.ended, [])
  assert.ok(logger.has('warn', /nothing: ignored/))
  control.stop()
  await ended
})

test('connector: commit and abort at the same place contradict each other', () => {
  const { requests, control } = startExactlyOnce({ boundary: { kind: 'connector' } })
  const [a] = lines(1, 'a')
  requests?.commitTransaction()
  assert.throws(() => requests?.abortTransaction(), /both a commit and an abort/)
  requests?.abortTransaction(a)
  assert.throws(() => requests?.commitTransaction(a), /the same record/)
  requests?.abortTransaction(a)
  control.stop()
})

test('only with the boundary connector a task may ask for boundaries', () => {
  const { requests, control } = startExactlyOnce()
  assert.equal(requests, null)
  control.stop()
})

test('a commit that fails, fails the task; nothing is committed after it', async () => {
  const { task, producer, outcome, ended } = startExactlyOnce()
  const cause = new ConnectError('PRODUCER_FENCED', { code: 'KAFKA_FENCED' })
  producer.refuseCommit = cause
  task.give(lines(1, 'a'))
  await ended
  const { error } = outcome
  assert.ok(error instanceof ConnectError)
  assert.equal(error.message, 'Failed to flush offsets and/or records: PRODUCER_FENCED')
  assert.equal(error.cause, cause)
  assert.deepEqual(producer.ended, [])
  assert.equal(task.commits, 0)
})

test('a record that the producer refuses fails the task, whatever is tolerated', async () => {
  const { task, producer, outcome, ended } = startExactlyOnce()
  producer.refuse = (value) =>
    value === 'b' ? new ConnectError('too large', { code: 'KAFKA' }) : null
  task.give(lines(1, 'a', 'b'))
  await ended
  assert.match(String(outcome.error), /too large/)
  assert.deepEqual(producer.ended, [])
})

test("records for the task's own offsets topic fail it, instead of waiting for themselves", async () => {
  const { task, outcome, ended } = startExactlyOnce({ offsetsTopic: 't' })
  task.give(lines(1, 'a'))
  await ended
  assert.match(String(outcome.error), /may not produce to their own offsets topics/)
})

test("offsets go to the worker's topic too: removed ones before the commit, others after it", async () => {
  const { task, producer, copied, control, ended } = startExactlyOnce({ copies: true })
  task.give(lines(1, 'a'))
  await settle()
  const removed = new SourceRecord({
    topic: 't',
    sourcePartition: { file: 'gone' },
    sourceOffset: null,
    value: 'b',
  })
  task.give([...lines(2, 'c'), removed])
  await settle()
  assert.deepEqual(copied, [
    [[partition, { position: 1 }]],
    [[{ file: 'gone' }, null]],
    [[partition, { position: 2 }]],
  ])
  assert.deepEqual(producer.ended[1], `commit t=c t=b ${offset(2)} offsets=null`)
  control.stop()
  await ended
})

test('a copy that fails is only told, unless it had to remove something', async () => {
  const refuseCopy = new Error('no leader')
  const { task, producer, logger, outcome, ended } = startExactlyOnce({ copies: true, refuseCopy })
  task.give(lines(1, 'a'))
  await settle()
  assert.equal(producer.ended.length, 1)
  assert.ok(logger.has('warn', /could not be copied to offset.storage.topic: no leader/))
  task.give([
    new SourceRecord({ topic: 't', sourcePartition: partition, sourceOffset: null, value: 'b' }),
  ])
  await ended
  assert.match(String(outcome.error), /no leader/)
  assert.equal(producer.ended.length, 1)
})
