import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { fetched, settle } from './fakes.ts'
import { failingTimes, p0, p1, startSink } from './sink-harness.ts'

const HOUR_MS = 3_600_000

test('records arrive as consumed; offsets of what was put are committed at the end', async () => {
  const { consumer, task, stop, outcome, states } = startSink()
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 5, ['a', 'b', null]))
  await settle()
  await stop()
  assert.equal(outcome.error, null)
  assert.deepEqual(task.calls, ['open t-0', 'put a,b,', 'preCommit t-0@8', 'close t-0'])
  const [record] = task.records
  assert.deepEqual(
    [record?.topic, record?.partition, record?.offset, record?.timestamp, record?.timestampType],
    ['t', 0, 5, 1000, 'CreateTime'],
  )
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 8 }]])
  assert.deepEqual(states, ['topic t'])
})

test('put is called without records too', async () => {
  const { consumer, task, stop } = startSink()
  consumer.wakeup()
  await settle()
  assert.equal(task.emptyPuts, 1)
  await stop()
})

test('a dropped record advances the offset; changed topics keep the original partition', async () => {
  const { consumer, task, stop } = startSink({
    transform: (record) =>
      record.value === 'drop' ? null : record.with({ topic: 'renamed', partition: 7 }),
  })
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a', 'drop']))
  await settle()
  await stop()
  assert.deepEqual(
    task.records.map(({ topic, originalTopic, originalPartition, originalOffset }) => [
      topic,
      originalTopic,
      originalPartition,
      originalOffset,
    ]),
    [['renamed', 't', 0, 0]],
  )
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 2 }]])
})

test('a retriable error brings the same records again, and nothing else meanwhile', async () => {
  const { consumer, task, stop, outcome } = startSink()
  task.onPut = failingTimes(2)
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']), fetched('t', 0, 1, ['b']))
  await settle()
  assert.deepEqual([...consumer.paused], ['t-0'])
  consumer.feed(fetched('t', 0, 2, ['c']))
  await settle()
  consumer.wakeup()
  await settle()
  assert.deepEqual([...consumer.paused], [])
  assert.deepEqual(task.calls, ['open t-0', 'put a,b', 'put a,b', 'put a,b', 'put c'])
  await stop()
  assert.equal(outcome.error, null)
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 3 }]])
})

test('the wait for the next put is what the task asked for, once', async () => {
  const { consumer, task, stop } = startSink()
  const fail = failingTimes(1)
  task.onPut = (records) => {
    if (records.length > 0) task.given.timeout(2000)
    fail()
  }
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  assert.equal(consumer.polls.at(-1), 2000)
  task.onPut = () => {}
  consumer.wakeup()
  await settle()
  assert.equal(consumer.polls.at(-1), 60_000)
  await stop()
})

test('another error of put fails the task; what it got is not committed', async () => {
  const { consumer, task, ended, outcome } = startSink()
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  task.onPut = () => {
    throw new Error('table is gone')
  }
  consumer.feed(fetched('t', 0, 1, ['b']))
  await ended
  assert.ok(outcome.error instanceof ConnectError)
  assert.match(outcome.error.message, /Exiting WorkerSinkTask due to unrecoverable exception\./)
  assert.match(String(outcome.error.cause), /table is gone/)
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 1 }]])
})

test('a record that cannot be converted fails the task before anything of its poll is put', async () => {
  const { consumer, task, ended, outcome, failures } = startSink({ check: refuseBad })
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a', 'bad', 'c']))
  await ended
  assert.match(String(outcome.error), /Tolerance exceeded in error handler/)
  assert.equal(failures[0]?.stage, 'VALUE_CONVERTER')
  assert.deepEqual(task.records, [])
  assert.deepEqual(consumer.committed, [])
})

test('a topic counts as used once a record was converted, even if its transformation fails', async () => {
  const fail = () => {
    throw new Error('never')
  }
  for (const [options, used] of [
    [{ transform: fail }, ['topic t']],
    [{ check: fail }, []],
  ] as const) {
    const { consumer, ended, states } = startSink(options)
    consumer.assignNow(p0)
    consumer.feed(fetched('t', 0, 0, ['a']))
    await ended
    assert.deepEqual(
      states.filter((state) => state.startsWith('topic')),
      used,
    )
  }
})

test('with errors.tolerance=all only the bad record is left out, and its offset is passed', async () => {
  const { consumer, task, stop, failures } = startSink({ check: refuseBad, tolerance: 'all' })
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['bad', 'b', 'bad', 'bad', 'c', 'bad']))
  await settle()
  await stop()
  assert.deepEqual(
    task.records.map(({ value, offset }) => [value, offset]),
    [
      ['b', 1],
      ['c', 4],
    ],
  )
  assert.deepEqual(
    failures.map(({ origin }) => origin.kind === 'sink' && origin.index),
    [0, 2, 3, 5],
  )
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 6 }]])
})

test('a seek of the task comes before the next poll and moves what is committed', async () => {
  const { consumer, task, stop } = startSink()
  consumer.assignNow(p0)
  await settle()
  task.given.seek([{ ...p0, offset: 42 }])
  consumer.feed(fetched('t', 0, 42, ['x']))
  await settle()
  consumer.wakeup()
  await settle()
  assert.deepEqual(consumer.seeks, [{ ...p0, offset: 42 }])
  await stop()
})

test('a pause stops consuming, commits, is reported; the resume leaves alone what the task paused', async () => {
  const { consumer, task, control, stop, states } = startSink()
  consumer.assignNow(p0, p1)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  task.given.pause([p1])
  assert.deepEqual([...consumer.paused], ['t-1'])
  control.setTarget('PAUSED')
  await settle()
  assert.deepEqual(consumer.paused, new Set(['t-0', 't-1']))
  assert.deepEqual(consumer.committed, [
    [
      { ...p0, offset: 1 },
      { ...p1, offset: 0 },
    ],
  ])
  task.given.resume([p1])
  task.given.pause([p0])
  assert.deepEqual(consumer.paused, new Set(['t-0', 't-1']))
  control.setTarget('STARTED')
  await settle()
  assert.deepEqual([...consumer.paused], ['t-0'])
  assert.deepEqual(states, ['topic t', 'paused', 'resumed'])
  await stop()
})

test('a batch that is put at last while the connector is paused does not end the pause', async () => {
  const { consumer, task, control, stop } = startSink()
  task.onPut = failingTimes(1)
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  control.setTarget('PAUSED')
  await settle()
  assert.equal(task.records.length, 1)
  assert.deepEqual(consumer.paused, new Set(['t-0']))
  await stop()
})

test('a seek in open comes before the first records', async () => {
  const { consumer, task, stop } = startSink()
  let seeksBefore = 0
  task.open = () => task.given.seek([{ ...p0, offset: 42 }])
  task.onPut = () => {
    seeksBefore = consumer.seeks.length
  }
  consumer.feed(fetched('t', 0, 42, ['a']))
  consumer.assignNow(p0)
  await settle()
  assert.equal(seeksBefore, 1)
  await stop()
})

test('records without end leave others their turn', async () => {
  const { consumer, task, stop } = startSink()
  consumer.poll = async () => [fetched('t', 0, 0, ['a'])]
  await settle()
  await stop()
  assert.ok(task.records.length > 1)
})

test('a task may not pause what it does not have', async () => {
  const { consumer, task, stop } = startSink()
  consumer.assignNow(p0)
  await settle()
  assert.throws(() => task.given.pause([p1]), { code: 'WORKER_STATE' })
  await stop()
})

test('a reported record fails the task after put, also where nobody awaits the report', async () => {
  const { consumer, task, ended, outcome, failures } = startSink()
  task.onPut = (records) => {
    for (const record of records) {
      task.given.errantRecordReporter?.report(record, new Error('no such column')).catch(() => {})
    }
  }
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await ended
  assert.match(String(outcome.error), /Tolerance exceeded/)
  assert.equal(failures[0]?.stage, 'TASK_PUT')
})

test('offsets wait for the reports of their records', async () => {
  const { consumer, task, reports, control, ended, failures } = startSink({
    tolerance: 'all',
    transform: (record) => record.with({ value: 'changed' }),
  })
  const letters = Promise.withResolvers<void>()
  reports.settled = letters.promise
  task.onPut = (records) => {
    for (const record of records) {
      task.given.errantRecordReporter?.report(record, new Error('no such column')).catch(() => {})
    }
  }
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 7, ['original']))
  await settle()
  control.stop()
  await settle()
  assert.deepEqual(consumer.committed, [])
  letters.resolve()
  await ended
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 8 }]])
  const origin = failures[0]?.origin
  assert.ok(origin?.kind === 'sink')
  assert.equal(origin.records.bytes.toString(), 'original')
})

function refuseBad(text: string): void {
  if (text === 'bad') throw new ConnectError('not readable', { code: 'DATA_INVALID' })
}

test('a clock that somebody sets delays no commit and brings none forward', async () => {
  const { clock, consumer, stop } = startSink()
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  clock.set(-HOUR_MS)
  await clock.advance(60_000)
  consumer.wakeup()
  await settle()
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 1 }]])
  clock.set(HOUR_MS)
  consumer.feed(fetched('t', 0, 1, ['b']))
  await settle()
  consumer.wakeup()
  await settle()
  assert.equal(consumer.committed.length, 1)
  await stop()
})
