import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GroupOffsets } from '../../../src/broker/groups/group-offsets.ts'
import type { OffsetValue } from '../../../src/broker/groups/records.ts'
import { groupRecord, offsetRecord, readGroupsRecord } from '../../../src/broker/groups/records.ts'

const value: OffsetValue = {
  offset: 1,
  leaderEpoch: -1,
  metadata: '',
  commitTimestamp: 1_795_000_000_000,
  expireTimestamp: -1,
  topicId: 'XBDMvmxk8Onq7cOfaIKka_',
}

function at(offset: number, partition = 0) {
  return { topic: 't', partition, value: { ...value, offset } }
}

test('staged offsets count when their transaction commits', () => {
  const offsets = new GroupOffsets()
  offsets.put(at(1))
  offsets.stage(7, at(5))
  offsets.stage(8, at(6, 1))
  assert.equal(offsets.get('t', 0)?.offset, 1)
  assert.deepEqual([offsets.isUnstable('t', 0), offsets.isUnstable('t', 2)], [true, false])
  offsets.end(7, true)
  assert.equal(offsets.get('t', 0)?.offset, 5)
  assert.deepEqual([offsets.isUnstable('t', 0), offsets.isUnstable('t', 1)], [false, true])
})

test('staged offsets are forgotten when their transaction aborts', () => {
  const offsets = new GroupOffsets()
  offsets.stage(7, at(5))
  assert.equal(offsets.isEmpty, false)
  offsets.end(7, false)
  assert.equal(offsets.isEmpty, true)
})

test('what was committed after an offset was staged stays', () => {
  const offsets = new GroupOffsets()
  offsets.stage(7, at(5))
  offsets.put(at(9))
  offsets.end(7, true)
  assert.equal(offsets.get('t', 0)?.offset, 9)
})

test('a deleted offset does not come back with its transaction', () => {
  const offsets = new GroupOffsets()
  offsets.put(at(1))
  offsets.stage(7, at(5))
  offsets.stage(7, at(6, 1))
  assert.deepEqual(
    offsets.partitions().map(({ partition }) => partition),
    [0, 1],
  )
  offsets.delete({ topic: 't', partition: 0 })
  offsets.end(7, true)
  assert.equal(offsets.get('t', 0), null)
  assert.equal(offsets.get('t', 1)?.offset, 6)
})

/** Written by Apache Kafka 4.3.1. */
const recorded = {
  offset: {
    key: '0001000b6772702d747269616c2d67000b6772702d747269616c2d7400000000',
    value: '00040000000000000001ffffffff01000001a1fea435440100105fc10ccbe6c64f0e9edc3f6882a46af0',
  },
  group: {
    key: '0002000f6772702d747269616c2d672d64796e',
    value: [
      '00030008636f6e73756d657200000001000572616e676500276d652d30356464616232342d633866392d34383865',
      '2d383635352d313633633566643362306132000001a1fea435510000000100276d652d30356464616232342d6338',
      '66392d343838652d383635352d313633633566643362306132ffff00026d65000a2f3132372e302e302e31000493',
      'e00000afc800000021000300000001000b6772702d747269616c2d74ffffffff00000000ffffffffffff0000001f',
      '000300000001000b6772702d747269616c2d740000000100000000ffffffff',
    ].join(''),
  },
}

function bytesOf({ key, value: hex }: { readonly key: string; readonly value: string }) {
  return { key: Buffer.from(key, 'hex'), value: Buffer.from(hex, 'hex') }
}

test('an offset is read and written as Apache Kafka writes it', () => {
  const record = bytesOf(recorded.offset)
  const read = readGroupsRecord(record)
  assert.ok(read?.kind === 'offset' && read.value !== null)
  assert.deepEqual(read.key, { group: 'grp-trial-g', topic: 'grp-trial-t', partition: 0 })
  assert.equal(read.value.offset, 1)
  assert.deepEqual(offsetRecord(read.key, read.value), record)
})

test('a group is read and written as Apache Kafka writes it', () => {
  const record = bytesOf(recorded.group)
  const read = readGroupsRecord(record)
  assert.ok(read?.kind === 'group' && read.value !== null)
  assert.equal(read.value.members[0]?.clientHost, '/127.0.0.1')
  assert.deepEqual(groupRecord(read.group, read.value), record)
})

test('an offset that expires on its own keeps its time', () => {
  const key = { group: 'g', topic: 't', partition: 0 }
  const read = readGroupsRecord(offsetRecord(key, { ...value, expireTimestamp: 99 }))
  assert.ok(read?.kind === 'offset')
  assert.equal(read.value?.expireTimestamp, 99)
})

test('a record without value takes away what its key names', () => {
  const key = { group: 'g', topic: 't', partition: 0 }
  assert.deepEqual(readGroupsRecord(offsetRecord(key, null)), { kind: 'offset', key, value: null })
  assert.deepEqual(readGroupsRecord(groupRecord('g', null)), {
    kind: 'group',
    group: 'g',
    value: null,
  })
})

test('records of a kind that only newer brokers know are passed over', () => {
  assert.equal(readGroupsRecord({ key: Buffer.from([0, 99, 1, 2]), value: null }), null)
})
