import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SourceMap, SourceRecord } from '../../src/data/record.ts'
import { SubmittedRecords } from '../../src/runtime/submitted-records.ts'
import { FakeBatch, kafkaError, settle } from './fakes.ts'

function record(partition: SourceMap, position: number): SourceRecord {
  return new SourceRecord({
    topic: 't',
    sourcePartition: partition,
    sourceOffset: { position },
    value: null,
  })
}

function setup({ tolerant = false, keepRecords = false } = {}) {
  const acked: number[] = []
  const submitted = new SubmittedRecords(
    {
      onAcked: (_sent, records) => acked.push(records.length),
      onFailed: () => tolerant,
    },
    keepRecords,
    10,
  )
  const positions = () =>
    Array.from(submitted.takeCommittable().values(), ([partition, offset]) => [
      partition?.['file'],
      offset?.['position'],
    ])
  return { submitted, acked, positions }
}

const a: SourceMap = { file: 'a' }
const b: SourceMap = { file: 'b' }

test('an offset waits for the batches of all earlier records of its partition', async () => {
  const { submitted, positions } = setup()
  const [first, second, third] = [
    new FakeBatch('t', 0),
    new FakeBatch('t', 1),
    new FakeBatch('t', 2),
  ]
  submitted.add(record(a, 1), first)
  submitted.add(record(a, 2), second)
  submitted.add(record(a, 3), third)
  third.ack()
  await settle()
  assert.deepEqual(positions(), [])
  first.ack()
  await settle()
  assert.deepEqual(positions(), [['a', 1]])
  second.ack()
  await settle()
  assert.deepEqual(positions(), [['a', 3]])
})

test('partitions do not wait for one another', async () => {
  const { submitted, positions } = setup()
  const [slow, quick] = [new FakeBatch('t', 0), new FakeBatch('t', 1)]
  submitted.add(record(a, 1), slow)
  submitted.add(record(b, 1), quick)
  submitted.add(record(b, 2), quick)
  quick.ack()
  await settle()
  assert.deepEqual(positions(), [['b', 2]])
})

test('equal partitions are one, whatever objects they are', async () => {
  const { submitted, positions } = setup()
  const [first, second, third] = [
    new FakeBatch('t', 0),
    new FakeBatch('t', 1),
    new FakeBatch('t', 2),
  ]
  submitted.add(record({ file: 'a' }, 1), first)
  submitted.add(record(b, 1), second)
  submitted.add(record({ file: 'a' }, 2), third)
  third.ack()
  await settle()
  assert.deepEqual(positions(), [])
})

test('a partition that had nothing outstanding for a while keeps its order', async () => {
  const { submitted, positions } = setup()
  const [first, second, third] = [
    new FakeBatch('t', 0),
    new FakeBatch('t', 1),
    new FakeBatch('t', 2),
  ]
  submitted.add(record(a, 1), first)
  first.ack()
  await settle()
  assert.deepEqual(positions(), [['a', 1]])
  submitted.add(record(a, 2), second)
  submitted.add(record(b, 1), second)
  submitted.add(record(a, 3), third)
  third.ack()
  await settle()
  assert.deepEqual(positions(), [])
})

test('a record that went back to an earlier batch keeps its place', async () => {
  const { submitted, positions } = setup()
  const [first, second] = [new FakeBatch('t', 0), new FakeBatch('t', 1)]
  submitted.add(record(a, 1), first)
  submitted.add(record(a, 2), second)
  submitted.add(record(a, 3), first)
  first.ack()
  await settle()
  assert.deepEqual(positions(), [['a', 1]])
  second.ack()
  await settle()
  assert.deepEqual(positions(), [['a', 3]])
})

test('nothing after a failed batch is committable', async () => {
  const { submitted, positions } = setup()
  const [first, second, third] = [
    new FakeBatch('t', 0),
    new FakeBatch('t', 1),
    new FakeBatch('t', 2),
  ]
  submitted.add(record(a, 1), first)
  submitted.add(record(a, 2), second)
  submitted.add(record(a, 3), third)
  second.fail(kafkaError('no'))
  first.ack()
  third.ack()
  await settle()
  assert.deepEqual(positions(), [['a', 1]])
  await submitted.idle()
})

test('a tolerated failure lets later offsets pass', async () => {
  const { submitted, positions } = setup({ tolerant: true })
  const [first, second] = [new FakeBatch('t', 0), new FakeBatch('t', 1)]
  submitted.add(record(a, 1), first)
  submitted.add(record(a, 2), second)
  first.fail(kafkaError('no'))
  second.ack()
  await settle()
  assert.deepEqual(positions(), [['a', 2]])
})

test('a record that the producer refused for good keeps its place too', async () => {
  const { submitted, positions } = setup({ tolerant: true })
  const first = new FakeBatch('t', 0)
  submitted.add(record(a, 1), first)
  submitted.addAcked(record(a, 2))
  assert.deepEqual(positions(), [])
  first.ack()
  await settle()
  assert.deepEqual(positions(), [['a', 2]])
  submitted.addAcked(record(a, 3))
  assert.deepEqual(positions(), [['a', 3]])
})

test('offsets of a commit that failed come again unless newer ones did', async () => {
  const { submitted, positions } = setup()
  submitted.addAcked(record(a, 1))
  submitted.addAcked(record(b, 1))
  const taken = submitted.takeCommittable()
  submitted.addAcked(record(a, 2))
  submitted.giveBack(taken)
  assert.deepEqual(positions(), [
    ['a', 2],
    ['b', 1],
  ])
})

test('records are kept only when asked for', async () => {
  for (const keepRecords of [false, true]) {
    const { submitted, acked } = setup({ keepRecords })
    const batch = new FakeBatch('t', 0)
    submitted.add(record(a, 1), batch)
    submitted.add(record(a, 2), batch)
    batch.ack()
    await settle()
    assert.deepEqual(acked, [keepRecords ? 2 : 0])
  }
})

test('what is remembered has a limit; there is room again once the first records are acknowledged', async () => {
  const { submitted } = setup()
  const [stuck, ...batches] = Array.from({ length: 10 }, () => new FakeBatch('t', 0))
  assert.ok(stuck)
  for (const [position, batch] of [stuck, ...batches].entries()) {
    assert.equal(submitted.room(), null)
    submitted.add(record(a, position), batch)
    if (batch !== stuck) batch.ack()
  }
  await settle()
  const room = submitted.room()
  assert.ok(room)
  stuck.ack()
  await room
  assert.equal(submitted.room(), null)
})

test('a loss ends the wait for room', async () => {
  const { submitted } = setup()
  const batches = Array.from({ length: 10 }, () => new FakeBatch('t', 0))
  for (const [position, batch] of batches.entries()) submitted.add(record(a, position), batch)
  const room = submitted.room()
  assert.ok(room)
  batches[0]?.fail(kafkaError('no'))
  await room
})
