import assert from 'node:assert/strict'
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { batchOf, record } from '../../protocol/batches.ts'
import { contents, defaultSettings, folderLog, put, tempFolder } from './logs.ts'

const first = '00000000000000000000.log'

test('a log is the same after a crash and after a restart', async (t) => {
  const tested = folderLog(tempFolder(t))
  put(tested.log, ['a=1', 'b=2'], ['c=3'])
  tested.crash()
  put(tested.log, ['d=4'])
  await tested.restart()
  assert.deepEqual(await contents(tested.log), ['0:a=1', '1:b=2', '2:c=3', '3:d=4'])
  assert.equal(tested.log.endOffset, 4)
  assert.deepEqual(tested.reports, [])
})

test('a torn batch at the end is cut off and reported', async (t) => {
  const folder = tempFolder(t)
  const tested = folderLog(folder)
  put(tested.log, ['a=1'], ['b=2'])
  const file = join(folder, first)
  truncateSync(file, readFileSync(file).length - 3)
  tested.crash()
  assert.deepEqual(await contents(tested.log), ['0:a=1'])
  assert.match(tested.reports.join(), /bytes from offset 1 on are cut off: the last batch is torn/)
  put(tested.log, ['c=3'])
  assert.deepEqual(await contents(tested.log), ['0:a=1', '1:c=3'])
})

test('zeros that a power cut has left are cut off', async (t) => {
  const folder = tempFolder(t)
  const tested = folderLog(folder)
  put(tested.log, ['a=1'])
  appendFileSync(join(folder, first), Buffer.alloc(1000))
  tested.crash()
  assert.deepEqual(await contents(tested.log), ['0:a=1'])
  assert.equal(tested.reports.length, 1)
})

test('a flipped bit cuts the log there, and later segments go', async (t) => {
  const folder = tempFolder(t)
  const tested = folderLog(folder)
  tested.settings = { ...defaultSettings, segmentBytes: 200 }
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) put(tested.log, [`${key}=1`])
  const file = join(folder, first)
  const bytes = readFileSync(file)
  const at = bytes.length - 2
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
  tested.crash()
  assert.deepEqual(await contents(tested.log), ['0:a=1'])
  assert.equal(readdirSync(folder).filter((name) => name.endsWith('.log')).length, 1)
})

test('sequences are known after a crash', (t) => {
  const tested = folderLog(tempFolder(t))
  const stamp = { producerId: 7, producerEpoch: 0, isTransactional: false }
  const batch = (baseSequence: number) => batchOf([record('x')], 'none', { ...stamp, baseSequence })
  for (let sequence = 0; sequence < 6; sequence++) tested.log.append(batch(sequence))
  tested.crash()
  assert.equal(tested.log.append(batch(3)).baseOffset, 3)
  assert.equal(tested.log.endOffset, 6)
  assert.throws(() => tested.log.append(batch(9)), { errorCode: 45 })
})

test('sequences are known after a restart, with all batches that may be sent again', async (t) => {
  const tested = folderLog(tempFolder(t))
  const stamp = { producerId: 7, producerEpoch: 0, isTransactional: false }
  const batch = (baseSequence: number) => batchOf([record('x')], 'none', { ...stamp, baseSequence })
  for (let sequence = 0; sequence < 6; sequence++) tested.log.append(batch(sequence))
  await tested.restart()
  assert.equal(tested.log.append(batch(1)).baseOffset, 1)
  assert.equal(tested.log.append(batch(6)).baseOffset, 6)
})

test('an open transaction is open after a crash', (t) => {
  const tested = folderLog(tempFolder(t))
  put(tested.log, ['a=1'])
  const stamp = { producerId: 7, producerEpoch: 0, isTransactional: true, baseSequence: 0 }
  tested.log.append(batchOf([record('x')], 'none', stamp))
  tested.crash()
  assert.equal(tested.log.lastStableOffset, 1)
  tested.log.appendTransactionEnd({
    producerId: 7,
    producerEpoch: 0,
    isCommit: false,
    coordinatorEpoch: 0,
  })
  tested.crash()
  assert.equal(tested.log.lastStableOffset, 3)
  const { aborted } = tested.log.read(0, 1000, 'committed')
  assert.deepEqual(
    aborted.map(({ producerId, firstOffset }) => [producerId, firstOffset]),
    [[7, 1]],
  )
})
