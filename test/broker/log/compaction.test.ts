import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartitionLog } from '../../../src/broker/log/partition-log.ts'
import { type Codec, loadCodec } from '../../../src/protocol/compression.ts'
import { batchOf } from '../../protocol/batches.ts'
import { contents, defaultSettings, folderLog, keyed, put, TestLog, tempFolder } from './logs.ts'

const compacted = { ...defaultSettings, segmentBytes: 1, isCompacted: true, isDeleted: false }

function compactedLog(): TestLog {
  const tested = new TestLog()
  tested.settings = compacted
  return tested
}

function transaction(log: PartitionLog, producerId: number, texts: readonly string[]): void {
  const stamp = { producerId, producerEpoch: 0, baseSequence: 0, isTransactional: true }
  log.append(batchOf(texts.map(keyed), 'none', stamp))
}

test('of each key the last value stays, at its offset', async () => {
  const tested = compactedLog()
  put(tested.log, ['a=1', 'b=1'], ['a=2'], ['c=1'], ['a=3'], ['z=1'])
  await tested.log.compact()
  assert.deepEqual(await contents(tested.log), ['1:b=1', '3:c=1', '4:a=3', '5:z=1'])
  assert.equal(tested.log.endOffset, 6)
})

test('what is being written is not compacted', async () => {
  const tested = compactedLog()
  put(tested.log, ['a=1'], ['a=2'])
  await tested.log.compact()
  assert.deepEqual(await contents(tested.log), ['0:a=1', '1:a=2'])
})

for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] satisfies Codec[]) {
  test(`batches in ${codec} are compacted`, async () => {
    await loadCodec(codec)
    const tested = compactedLog()
    tested.log.append(batchOf(['a=1', 'b=1', 'a=2'].map(keyed), codec))
    put(tested.log, ['z=1'])
    await tested.log.compact()
    assert.deepEqual(await contents(tested.log), ['1:b=1', '2:a=2', '3:z=1'])
  })
}

test('a tombstone stays for delete.retention.ms', async () => {
  const tested = compactedLog()
  put(tested.log, ['a=1'], ['a'], ['z=1'])
  await tested.log.compact()
  assert.deepEqual(await contents(tested.log), ['1:a', '2:z=1'])
  tested.nowMs += 999
  put(tested.log, ['z=2'])
  await tested.log.compact()
  assert.ok((await contents(tested.log)).includes('1:a'))
  tested.nowMs += 1
  put(tested.log, ['z=3'])
  await tested.log.compact()
  assert.ok(!(await contents(tested.log)).includes('1:a'))
})

test('a compacted log begins where it began, also after retention and a restart', async (t) => {
  const tested = folderLog(tempFolder(t))
  tested.settings = compacted
  put(tested.log, ['a=1'], ['a=2'], ['a=3'], ['z=1'])
  await tested.log.compact()
  tested.log.applyRetention()
  assert.equal(tested.log.startOffset, 0)
  await tested.restart()
  assert.equal(tested.log.startOffset, 0)
  assert.deepEqual(await contents(tested.log), ['2:a=3', '3:z=1'])
})

test('nothing from an open transaction on is compacted', async () => {
  const tested = compactedLog()
  put(tested.log, ['a=1'])
  transaction(tested.log, 7, ['b=1'])
  put(tested.log, ['a=2'], ['z=1'])
  await tested.log.compact()
  assert.deepEqual(await contents(tested.log), ['0:a=1', '1:b=1', '2:a=2', '3:z=1'])
})

test('records of an aborted transaction go, and replace nothing', async () => {
  const tested = compactedLog()
  put(tested.log, ['a=1'])
  transaction(tested.log, 7, ['a=2'])
  tested.log.appendTransactionEnd({
    producerId: 7,
    producerEpoch: 0,
    isCommit: false,
    coordinatorEpoch: 0,
  })
  put(tested.log, ['z=1'])
  await tested.log.compact()
  assert.deepEqual(await contents(tested.log), ['0:a=1', '3:z=1'])
})

test('a compacted log is the same after a crash', async (t) => {
  const tested = folderLog(tempFolder(t))
  tested.settings = compacted
  put(tested.log, ['a=1', 'b=1'], ['a=2'], ['z=1'])
  await tested.log.compact()
  tested.crash()
  assert.deepEqual(await contents(tested.log), ['1:b=1', '2:a=2', '3:z=1'])
  assert.deepEqual(tested.reports, [])
  put(tested.log, ['b=2'], ['z=2'])
  await tested.log.compact()
  assert.deepEqual(await contents(tested.log), ['2:a=2', '3:z=1', '4:b=2', '5:z=2'])
})
