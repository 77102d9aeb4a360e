import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Accumulator } from '../../src/kafka/accumulator.ts'
import type { OutgoingRecord } from '../../src/kafka/client.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

function accumulator(more: { batchBytesMax?: number; bufferBytesMax?: number } = {}) {
  return new Accumulator({
    batchBytesMax: 1000,
    requestBytesMax: 5000,
    bufferBytesMax: 10_000,
    clock: new FakeClock(),
    leadersOf: (topic) => (topic === 'unknown' ? null : [1, 1, -1]),
    ...more,
  })
}

function record(valueBytes: number, more: Partial<OutgoingRecord> = {}): OutgoingRecord {
  return {
    topic: 't',
    partition: 0,
    timestamp: null,
    bytes: Buffer.alloc(valueBytes, 'x'),
    keyStart: -1,
    keyEnd: -1,
    valueStart: 0,
    valueEnd: valueBytes,
    headers: [],
    ...more,
  }
}

test('records share a batch until it is full; a larger one travels alone', () => {
  const records = accumulator()
  const first = records.append(record(300))
  assert.equal(records.append(record(300)), first)
  assert.equal(first.count, 2)
  const second = records.append(record(600))
  assert.notEqual(second, first)
  const alone = records.append(record(4000))
  assert.notEqual(alone, second)
  assert.notEqual(records.append(record(10)), alone)
  assert.equal(alone.count, 1)
})

test('a record over max.request.size and a partition that is not there are refused', () => {
  const records = accumulator()
  assert.throws(() => records.append(record(5000)), {
    code: 'KAFKA',
    message: /max\.request\.size/,
  })
  assert.throws(() => records.append(record(1, { partition: 3 })), {
    code: 'KAFKA',
    message: /topic t has 3 partitions/,
  })
  assert.throws(() => records.append(record(1, { topic: 'unknown' })), TypeError)
  assert.equal(records.append(record(1)).count, 1)
})

test('records without a key stay on a partition with a leader for a while, then go on', () => {
  const records = accumulator({ batchBytesMax: 20_000, bufferBytesMax: 1e6 })
  const partitions: number[] = []
  for (let index = 0; index < 120; index++) {
    partitions.push(records.append(record(1000, { partition: null })).partition)
  }
  const turns = partitions.filter((each, index) => each !== partitions[index - 1])
  assert.ok(turns.length >= 4 && turns.length <= 8, `${turns}`)
  assert.deepEqual(new Set(turns), new Set([0, 1]), 'the one without a leader is left out')
})

test('the buffer is full at buffer.memory and has room again once batches are settled', async () => {
  const records = accumulator({ bufferBytesMax: 2000 })
  assert.equal(records.room(), null)
  const batches = [900, 900, 900].map((valueBytes) => records.append(record(valueBytes)))
  const room = records.room()
  assert.notEqual(room, null)
  assert.equal(records.room(), room)
  const [first, second] = batches
  assert.ok(first !== undefined && second !== undefined)
  records.release(first)
  assert.equal(records.room(), null)
  await room
  records.release(second)
  assert.equal(records.pending.size, 1)
})

test('a split batch keeps its records in order and is settled by its parts', async () => {
  const records = accumulator({ batchBytesMax: 5000 })
  const batch = records.append(record(10, { timestamp: 1 }))
  for (let index = 1; index < 5; index++) {
    const header = { key: 'n', value: Buffer.from(String(index)) }
    records.append(record(10 + index, { timestamp: 1 + index, headers: [header] }))
  }
  batch.sequence = 7
  batch.encode('none', {
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    isTransactional: false,
  })
  const [first, second] = batch.split()
  assert.ok(first !== undefined && second !== undefined)
  assert.deepEqual([first.count, second.count], [3, 2])
  assert.deepEqual([first.sequence, second.sequence], [7, 10])
  first.succeed(100, -1)
  second.succeed(200, -1)
  assert.deepEqual(await batch.acked, { baseOffset: -1, timestamp: 5 })
})
