import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cursor } from '../../src/protocol/cursor.ts'
import { array, field } from '../../src/protocol/fields.ts'
import { type Decoded, defineMessage, type Encodable } from '../../src/protocol/message.ts'
import { fetchResponse } from '../../src/protocol/messages/fetch.ts'
import { heartbeatRequest } from '../../src/protocol/messages/group-membership.ts'
import { metadataRequest } from '../../src/protocol/messages/metadata.ts'
import { Writer } from '../../src/protocol/writer.ts'

const example = defineMessage({
  key: 99,
  name: 'Example',
  versions: [1, 4],
  flexibleSince: 3,
  fields: {
    name: field('string'),
    groups: array({ id: field('uuid'), sizes: array('int64') }),
    note: field('string', { since: 2, nullable: 3, default: null }),
    old: field('int8', { until: 2, default: -1 }),
    extra: field({ level: field('int16', { default: 7 }) }, { since: 3, tag: 5 }),
  },
})

function hexOf(encode: (writer: Writer) => void): string {
  const writer = new Writer()
  encode(writer)
  return writer.toBuffer().toString('hex')
}

function decodeExample(version: number, hex: string): Decoded<typeof example> {
  return example.decode(new Cursor(Buffer.from(hex, 'hex')), version)
}

const heartbeat = { groupId: 'g1', generationId: 5, memberId: 'm-1' }
const partition = {
  partitionIndex: 3,
  errorCode: 0,
  highWatermark: 2 ** 40,
  abortedTransactions: null,
  currentLeader: { leaderId: 4, leaderEpoch: 5 },
  records: null,
}

// Written by the classes of kafka-clients 4.3.1.
const golden: readonly (readonly [what: string, encode: (writer: Writer) => void, hex: string])[] =
  [
    [
      'Heartbeat 0',
      (writer) => heartbeatRequest.encode(writer, 0, heartbeat),
      '000267310000000500036d2d31',
    ],
    [
      'Heartbeat 3 without an instance id',
      (writer) => heartbeatRequest.encode(writer, 3, heartbeat),
      '000267310000000500036d2d31ffff',
    ],
    [
      'Heartbeat 4, the first with compact strings',
      (writer) => heartbeatRequest.encode(writer, 4, { ...heartbeat, groupInstanceId: 'i' }),
      '03673100000005046d2d31026900',
    ],
    [
      'Metadata 1 of all topics',
      (writer) => metadataRequest.encode(writer, 1, { topics: null }),
      'ffffffff',
    ],
    [
      'Metadata 12 of all topics',
      (writer) => metadataRequest.encode(writer, 12, { topics: null }),
      '00010000',
    ],
    [
      'Fetch 13 with a tagged field',
      (writer) =>
        fetchResponse.encode(writer, 13, {
          sessionId: 7,
          throttleTimeMs: 0,
          responses: [{ topicId: 'AAAAAAAAAAEAAAAAAAAAAg', partitions: [partition] }],
        }),
      '000000000000000000070200000000000000010000000000000002020000000300000000010000000000' +
        'ffffffffffffffffffffffffffffffff00ffffffff000101090000000400000005000000',
    ],
  ]

for (const [what, encode, hex] of golden) {
  test(`${what} has the bytes of the Java client`, () => {
    assert.equal(hexOf(encode), hex)
  })
}

test('fields of other versions are left out and read as their default', () => {
  const value = { name: 'a', groups: [], note: 'n', old: 3, extra: { level: 1 } }
  const hex = hexOf((writer) => example.encode(writer, 1, value))
  assert.equal(hex, '0001610000000003')
  assert.deepEqual(decodeExample(1, hex), { ...value, note: null, extra: { level: 7 } })
})

test('a tagged field is sent only when it is not the default', () => {
  const value = { name: '', groups: [] }
  const withLevel = (level: number) =>
    hexOf((writer) => example.encode(writer, 3, { ...value, extra: { level } }))
  assert.equal(withLevel(7), '01010000')
  assert.equal(withLevel(8), '010100' + '01' + '0503' + '0008' + '00')
})

test('unknown tagged fields are skipped', () => {
  const hex = '010100' + '02' + '0503' + '0008' + '00' + '6302' + 'abcd'
  assert.deepEqual(decodeExample(3, hex).extra, { level: 8 })
})

test('a tagged field that is longer or shorter than its size is corrupt', () => {
  assert.throws(() => decodeExample(3, '010100010504000800ff'), { code: 'RECORD_CORRUPT' })
})

test('null where a version has none is a bug when encoding and corrupt when decoding', () => {
  const value = { name: 'a', groups: [], note: null }
  const encode = (version: number) => hexOf((writer) => example.encode(writer, version, value))
  assert.throws(() => encode(2), { name: 'TypeError', message: 'Example.note is null' })
  assert.equal(encode(3), '0261010000')
  assert.throws(() => decodeExample(2, '000161' + '00000000' + 'ffff' + '00'), {
    code: 'RECORD_CORRUPT',
    message: 'Example.note is null.',
  })
})

test('a count of elements that can not be there is refused before anything is allocated', () => {
  assert.throws(() => decodeExample(1, '0000' + '7fffffff' + '00'), {
    code: 'RECORD_CORRUPT',
    message: "Example.groups can't have 2147483647 elements.",
  })
})

test('a version that does not exist is a bug', () => {
  assert.throws(() => example.encode(new Writer(), 5, { name: '', groups: [] }), {
    name: 'RangeError',
    message: 'Example has versions 1 to 4, not 5',
  })
})

test('large bytes join the message without a copy', () => {
  const records = Buffer.alloc(5000, 1)
  const writer = new Writer()
  const responses = [{ topic: 't', partitions: [{ ...partition, records }] }]
  fetchResponse.encode(writer, 4, { throttleTimeMs: 0, responses })
  assert.ok(writer.pieces().some((piece) => piece.buffer === records.buffer))
  assert.equal(writer.sizeBytes, Buffer.concat(writer.pieces()).length)
})

test('the type of a message follows from its declaration', () => {
  const value: Encodable<typeof example> = { name: 'a', groups: [{ id: '', sizes: [1] }] }
  assert.equal(value.groups[0]?.sizes[0], 1)
  // @ts-expect-error: a name is needed
  const unnamed: Encodable<typeof example> = { groups: [] }
  // @ts-expect-error: numbers, not texts
  const texts: Encodable<typeof example> = { name: 'a', groups: [{ id: '', sizes: ['1'] }] }
  // @ts-expect-error: a decoded note may be null
  const note: string = decodeExample(1, '0000' + '00000000' + '00').note
  assert.deepEqual([unnamed.groups, texts.name, note], [[], 'a', null])
})
