import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetched, settle } from './fakes.ts'
import { failingTimes, p0, p1, startSink } from './sink-harness.ts'

const INTERVAL_MS = 60_000

async function afterInterval({ clock, consumer }: ReturnType<typeof startSink>): Promise<void> {
  await clock.advance(INTERVAL_MS)
  consumer.wakeup()
  await settle()
}

test('offsets are committed at the interval, and once', async () => {
  const sink = startSink()
  const { consumer, task, stop } = sink
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  assert.deepEqual(consumer.committed, [])
  await afterInterval(sink)
  await afterInterval(sink)
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 1 }]])
  assert.equal(task.calls.filter((call) => call.startsWith('preCommit')).length, 2)
  await stop()
})

test('a task can ask for a commit before the interval', async () => {
  const { consumer, task, stop } = startSink()
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  task.given.requestCommit()
  await settle()
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 1 }]])
  await stop()
})

test('a partition in which nothing came is committed along with another', async () => {
  const sink = startSink()
  const { consumer, stop } = sink
  consumer.assignNow(p0, p1)
  await settle()
  await afterInterval(sink)
  assert.deepEqual(consumer.committed, [])
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  await afterInterval(sink)
  await afterInterval(sink)
  assert.deepEqual(consumer.committed, [
    [
      { ...p0, offset: 1 },
      { ...p1, offset: 0 },
    ],
  ])
  await stop()
})

test('only what the task returns is committed, as far as it may be', async () => {
  const sink = startSink()
  const { consumer, task, stop, logger } = sink
  task.wanted = () => [
    { ...p0, offset: 1 },
    { ...p1, offset: 9 },
    { topic: 'other', partition: 0, offset: 1 },
  ]
  consumer.assignNow(p0, p1)
  consumer.feed(fetched('t', 0, 0, ['a', 'b']), fetched('t', 1, 0, ['c']))
  await settle()
  await afterInterval(sink)
  assert.deepEqual(consumer.committed, [
    [
      { ...p0, offset: 1 },
      { ...p1, offset: 0 },
    ],
  ])
  assert.ok(logger.has('warn', /9 of t-1/))
  assert.ok(logger.has('warn', /other-0, which is not assigned/))
  task.wanted = () => []
  await afterInterval(sink)
  assert.equal(consumer.committed.length, 1)
  await stop()
})

test('a failed preCommit goes back to the offsets committed last', async () => {
  const sink = startSink()
  const { consumer, task, stop } = sink
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  await afterInterval(sink)
  consumer.feed(fetched('t', 0, 1, ['b']))
  await settle()
  task.wanted = () => {
    throw new Error('flush failed')
  }
  await afterInterval(sink)
  assert.deepEqual(consumer.seeks, [{ ...p0, offset: 1 }])
  task.wanted = (offsets) => offsets
  consumer.feed(fetched('t', 0, 1, ['b']))
  await settle()
  await stop()
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 1 }], [{ ...p0, offset: 2 }]])
})

test('a commit that never ends is given up, and its late end changes nothing', async () => {
  const sink = startSink()
  const { clock, consumer, logger, stop } = sink
  const first = Promise.withResolvers<void>()
  consumer.onCommit = () => first.promise
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  await afterInterval(sink)
  await clock.advance(5000)
  consumer.wakeup()
  await settle()
  assert.ok(logger.has('warn', /timed out/))
  consumer.onCommit = async () => {}
  consumer.feed(fetched('t', 0, 1, ['b']))
  await settle()
  await afterInterval(sink)
  first.resolve()
  await settle()
  await stop()
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 2 }], [{ ...p0, offset: 1 }]])
  assert.ok(logger.has('debug', /ended after commit/))
})

test('a commit that fails is tried again at the next interval', async () => {
  const sink = startSink()
  const { consumer, logger, stop, outcome } = sink
  consumer.onCommit = async () => {
    throw new Error('coordinator is away')
  }
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  await afterInterval(sink)
  assert.ok(logger.has('error', /coordinator is away/))
  consumer.onCommit = async () => {}
  await afterInterval(sink)
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 1 }]])
  await stop()
  assert.equal(outcome.error, null)
})

test('before partitions go away they are committed and closed; others stay open', async () => {
  const { consumer, task, stop } = startSink()
  consumer.assignNow(p0, p1)
  consumer.feed(fetched('t', 0, 0, ['a']), fetched('t', 1, 0, ['b']))
  await settle()
  consumer.revokeNow(p0)
  await settle()
  assert.deepEqual(task.calls.slice(2), ['preCommit t-0@1', 'close t-0'])
  assert.deepEqual(consumer.committed, [[{ ...p0, offset: 1 }]])
  await stop()
  assert.deepEqual(task.calls.slice(4), ['preCommit t-1@1', 'close t-1'])
})

test('a revocation waits for its commit while an earlier one is under way', async () => {
  const sink = startSink()
  const { consumer, stop, logger } = sink
  const first = Promise.withResolvers<void>()
  consumer.onCommit = () => first.promise
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  await afterInterval(sink)
  consumer.feed(fetched('t', 0, 1, ['b']))
  await settle()
  const second = Promise.withResolvers<void>()
  consumer.onCommit = () => second.promise
  consumer.revokeNow(p0)
  await settle()
  assert.deepEqual(consumer.assignment(), [p0])
  first.resolve()
  second.resolve()
  await settle()
  assert.deepEqual(consumer.assignment(), [])
  assert.deepEqual(consumer.committed.at(-1), [{ ...p0, offset: 2 }])
  assert.ok(logger.has('debug', /Commit 1 ended after commit 2/))
  await stop()
})

test('partitions that are lost are closed without a commit', async () => {
  const { consumer, task, stop } = startSink()
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  consumer.loseNow(p0)
  await settle()
  await stop()
  assert.deepEqual(task.calls, ['open t-0', 'put a', 'close t-0'])
  assert.deepEqual(consumer.committed, [])
})

test('records that wait to be put again go with their partition', async () => {
  const { consumer, task, stop } = startSink()
  task.onPut = failingTimes(1)
  consumer.assignNow(p0, p1)
  consumer.feed(fetched('t', 0, 0, ['a']), fetched('t', 1, 0, ['b']))
  await settle()
  consumer.revokeNow(p0)
  await settle()
  assert.deepEqual(task.calls.at(-1), 'put b')
  await stop()
  assert.deepEqual(consumer.committed, [[{ ...p1, offset: 1 }]])
})

test('an error in open or close fails the task', async () => {
  for (const method of ['open', 'close'] as const) {
    const { consumer, task, ended, outcome } = startSink()
    task[method] = () => {
      throw new Error(`${method} failed`)
    }
    consumer.assignNow(p0)
    await settle()
    if (method === 'close') consumer.revokeNow(p0)
    await ended
    assert.match(String(outcome.error), new RegExp(`${method} failed`))
  }
})

test('a cancelled task commits nothing any more', async () => {
  const { consumer, control, ended } = startSink()
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  control.cancel()
  await ended
  assert.deepEqual(consumer.committed, [])
})
