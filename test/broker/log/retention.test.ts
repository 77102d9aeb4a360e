import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contents, defaultSettings, folderLog, put, TestLog, tempFolder } from './logs.ts'

/** A segment for each batch. */
const smallSegments = { ...defaultSettings, segmentBytes: 1 }

test('segments above retention.bytes go, the oldest first', async () => {
  const tested = new TestLog()
  tested.settings = { ...smallSegments, retentionBytes: 200 }
  put(tested.log, ['a=1'], ['b=2'], ['c=3'], ['d=4'])
  tested.log.applyRetention()
  assert.deepEqual(await contents(tested.log), ['1:b=2', '2:c=3', '3:d=4'])
  assert.equal(tested.log.startOffset, 1)
})

test('everything too old goes, and offsets go on', async (t) => {
  const tested = folderLog(tempFolder(t))
  tested.settings = { ...smallSegments, retentionMs: 500 }
  put(tested.log, ['a=1'], ['b=2'])
  tested.nowMs = 1_000_000
  tested.log.applyRetention()
  assert.deepEqual(await contents(tested.log), [])
  assert.equal(tested.log.startOffset, 2)
  tested.crash()
  put(tested.log, ['c=3'])
  assert.deepEqual(await contents(tested.log), ['2:c=3'])
})

test('what is compacted and not deleted stays, however old', async () => {
  const tested = new TestLog()
  tested.settings = { ...smallSegments, retentionMs: 1, isDeleted: false, isCompacted: true }
  put(tested.log, ['a=1'], ['b=2'])
  tested.log.applyRetention()
  assert.equal((await contents(tested.log)).length, 2)
})

test('segments before the start go at the next round', async (t) => {
  const tested = folderLog(tempFolder(t))
  tested.settings = smallSegments
  put(tested.log, ['a=1'], ['b=2'], ['c=3'])
  const { sizeBytes } = tested.log
  tested.log.deleteBefore(2)
  assert.deepEqual(await contents(tested.log), ['2:c=3'])
  tested.log.applyRetention()
  assert.ok(tested.log.sizeBytes < sizeBytes)
  assert.deepEqual(await contents(tested.log), ['2:c=3'])
})
