import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf, record } from '../../protocol/batches.ts'
import { contents, defaultSettings, put, TestLog } from './logs.ts'

const corruptMessage = 2
const messageTooLarge = 10
const outOfOrder = 45
const oldEpoch = 47
const wrongTransaction = 48
const invalidRecord = 87
const invalidTimestamp = 32

function stamped(baseSequence: number, more: { epoch?: number; isTransactional?: boolean } = {}) {
  const { epoch = 0, isTransactional = false } = more
  const stamp = { producerId: 7, producerEpoch: epoch, baseSequence, isTransactional }
  return batchOf([record('x')], 'none', stamp)
}

test('offsets follow one another over batches', async () => {
  const { log } = new TestLog()
  put(log, ['a=1', 'b=2'], ['c=3'])
  assert.deepEqual(await contents(log), ['0:a=1', '1:b=2', '2:c=3'])
})

test('a flipped bit is refused', () => {
  const { log } = new TestLog()
  const batch = batchOf([record('x')])
  batch[65] = (batch[65] ?? 0) ^ 1
  assert.throws(() => log.append(batch), { errorCode: corruptMessage })
  assert.equal(log.endOffset, 0)
})

test('a batch that is cut off, and none at all, are refused', () => {
  const { log } = new TestLog()
  assert.throws(() => log.append(batchOf([record('x')]).subarray(0, 50)), {
    errorCode: corruptMessage,
  })
  assert.throws(() => log.append(Buffer.alloc(0)), { errorCode: invalidRecord })
})

test('a batch above max.message.bytes is refused', () => {
  const tested = new TestLog()
  tested.settings = { ...defaultSettings, batchBytesMax: 100 }
  assert.throws(() => tested.log.append(batchOf([record('x'.repeat(100))])), {
    errorCode: messageTooLarge,
  })
})

test('records far from the time of the broker are refused, as settings say', () => {
  const tested = new TestLog()
  tested.settings = { ...defaultSettings, timestampBeforeMaxMs: 5000, timestampAfterMaxMs: 1000 }
  const append = (timestamp: number) => tested.log.append(batchOf([record('v', { timestamp })]))
  for (const [distanceMs, isTaken] of [
    [1000, true],
    [1001, false],
    [-5000, true],
    [-5001, false],
  ] as const) {
    const act = () => append(tested.nowMs + distanceMs)
    if (isTaken) assert.doesNotThrow(act)
    else assert.throws(act, { errorCode: invalidTimestamp })
  }
  assert.doesNotThrow(() => append(-1), 'no time at all')
})

test('a record without a key is refused where the log is compacted', () => {
  const tested = new TestLog()
  tested.settings = { ...defaultSettings, isCompacted: true }
  for (const codec of ['none', 'gzip', 'zstd'] as const) {
    assert.throws(() => tested.log.append(batchOf([record('x')], codec)), {
      errorCode: invalidRecord,
    })
  }
  put(tested.log, ['a=1'])
  assert.equal(tested.log.endOffset, 1)
})

test('the same batch again gets the offset of the first time', () => {
  const { log } = new TestLog()
  for (let sequence = 0; sequence < 5; sequence++) log.append(stamped(sequence))
  for (let sequence = 0; sequence < 5; sequence++) {
    assert.equal(log.append(stamped(sequence)).baseOffset, sequence)
  }
  assert.equal(log.endOffset, 5)
})

test('a gap in the sequence is refused', () => {
  const { log } = new TestLog()
  log.append(stamped(0))
  assert.throws(() => log.append(stamped(2)), { errorCode: outOfOrder })
})

test('a producer that the log does not know may begin anywhere', () => {
  const { log } = new TestLog()
  assert.equal(log.append(stamped(41)).baseOffset, 0)
})

test('sequences go on from 0 after the largest', () => {
  const { log } = new TestLog()
  log.append(stamped(2 ** 31 - 1))
  assert.equal(log.append(stamped(0)).baseOffset, 1)
})

test('a new epoch begins with sequence 0, and the old one is over', () => {
  const { log } = new TestLog()
  log.append(stamped(0))
  assert.throws(() => log.append(stamped(1, { epoch: 1 })), { errorCode: outOfOrder })
  log.append(stamped(0, { epoch: 1 }))
  assert.throws(() => log.append(stamped(1)), { errorCode: oldEpoch })
})

test('a producer writes nothing outside of its open transaction', () => {
  const { log } = new TestLog()
  log.append(stamped(0, { isTransactional: true }))
  assert.throws(() => log.append(stamped(1)), { errorCode: wrongTransaction })
})

test('read_committed sees nothing of an open transaction, and what follows, until it ends', () => {
  const { log } = new TestLog()
  put(log, ['a=1'])
  log.append(stamped(0, { isTransactional: true }))
  put(log, ['b=2'])
  assert.equal(log.lastStableOffset, 1)
  assert.equal(log.read(1, 1000, 'committed').records.length, 0)
  assert.ok(log.read(1, 1000, 'uncommitted').records.length > 0)
  const end = { producerId: 7, producerEpoch: 0, isCommit: true, coordinatorEpoch: 0 }
  assert.equal(log.appendTransactionEnd(end), 3)
  assert.equal(log.lastStableOffset, 4)
  assert.deepEqual(log.read(1, 1000, 'committed').aborted, [])
})

test('LogAppendTime gives all records the time of the broker', async () => {
  const tested = new TestLog()
  tested.settings = { ...defaultSettings, isLogAppendTime: true }
  assert.equal(tested.log.append(batchOf([record('x')])).logAppendTimeMs, tested.nowMs)
  const found = await tested.log.findTimestamp(tested.nowMs)
  assert.deepEqual(found, { timestamp: tested.nowMs, offset: 0 })
})

test('a time is looked up across segments', async () => {
  const tested = new TestLog()
  tested.settings = { ...defaultSettings, segmentBytes: 1 }
  for (const timestamp of [10, 20, 30]) tested.log.append(batchOf([record('x', { timestamp })]))
  assert.deepEqual(await tested.log.findTimestamp(11), { timestamp: 20, offset: 1 })
  assert.deepEqual(await tested.log.findTimestamp(31), { timestamp: -1, offset: -1 })
  assert.deepEqual(await tested.log.findLargestTimestamp(), { timestamp: 30, offset: 2 })
})

test('a read ends with a whole batch, and gives one even when it is too large', () => {
  const { log } = new TestLog()
  const sizeBytes = batchOf([record('x')]).length
  for (let index = 0; index < 10; index++) log.append(batchOf([record('x')]))
  assert.equal(log.read(0, sizeBytes * 3 + 5, 'uncommitted').records.length, sizeBytes * 3)
  assert.equal(log.read(4, 1, 'uncommitted').records.length, sizeBytes)
  assert.equal(log.read(10, 1000, 'uncommitted').records.length, 0)
})
