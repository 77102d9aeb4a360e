import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Codec, loadCodec } from '../../src/protocol/compression.ts'
import { stampBatch } from '../../src/protocol/record-batch.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'
import {
  type DecodedBatches,
  type DecodeOptions,
  decodeRecords,
  prepareDecoding,
} from '../../src/protocol/record-batch-decoder.ts'
import { sliceColumns } from '../../src/protocol/record-columns.ts'
import { at, batchOf, record } from './batches.ts'
import { rowsOf } from './rows.ts'

function decode(bytes: Buffer, options: Partial<DecodeOptions> = {}) {
  const defaults = { offsetMin: 0, abortedTransactions: [], checkCrcs: true }
  return [...decodeRecords(bytes, { ...defaults, ...options })]
}

function offsetNext(decoded: readonly DecodedBatches[]): number | undefined {
  return decoded.at(-1)?.offsetNext
}

function valuesOf(bytes: Buffer, options: Partial<DecodeOptions> = {}) {
  return rowsOf(decode(bytes, options)).map(({ offset, value }) => `${offset} ${value}`)
}

const records = [
  record('v', { timestamp: 1_700_000_000_000, key: 'k' }),
  record('hello hello hello hello', {
    timestamp: 1_700_000_000_300,
    headers: [
      { key: 'trace', value: Buffer.from('7') },
      { key: 'none', value: null },
    ],
  }),
  record(null, { timestamp: 1_699_999_999_999, key: '' }),
]

// Written by the classes of kafka-clients 4.3.1: the records above from offset 10 on.
const head = (length: string, crc: string, attributes: string) =>
  `000000000000000a000000${length}ffffffff02${crc}${attributes}000000020000018bcfe568000000018b` +
  'cfe5692cffffffffffffffffffffffffffff00000003'
const golden: Readonly<Record<Codec, string>> = {
  none:
    `${head('6e', 'cdd70888', '0000')}10000000026b0276005800d80402012e68656c6c6f2068656c6c6f20` +
    '68656c6c6f2068656c6c6f040a74726163650237086e6f6e65010c000104000100',
  gzip:
    `${head('73', 'ccf2468a', '0001')}1f8b08000000000000ff1360606060ca662a638860b8c1c2c4a89791` +
    '9a9393af8041b27095142526a7329973e4e5e7a532f23030b2303032000095552eae3d000000',
  snappy:
    `${head('77', 'e8511198', '0002')}82534e41505059000000000100000001000000323d5410000000026b` +
    '0276005800d80402012e68656c6c6f2042060054040a74726163650237086e6f6e65010c000104000100',
  lz4:
    `${head('72', 'b17e2d89', '0003')}04224d1860408232000000fd0710000000026b0276005800d8040201` +
    '2e68656c6c6f200600f007040a74726163650237086e6f6e65010c00010400010000000000',
  zstd:
    `${head('70', '3cfb50ec', '0004')}28b52ffd00589c0100c40210000000026b0276005800d80402012e68` +
    '656c6c6f20040a74726163650237086e6f6e65010c0001040001000100329726010000',
}

for (const [codec, hex] of Object.entries(golden)) {
  test(`a batch of the Java client with compression ${codec} reads as it was written`, async () => {
    const bytes = Buffer.from(hex, 'hex')
    await prepareDecoding([bytes])
    const decoded = decode(bytes)
    assert.deepEqual(
      rowsOf(decoded),
      records.map((one, index) => ({ offset: 10 + index, ...one })),
    )
    assert.equal(offsetNext(decoded), 13)
  })

  test(`a batch with compression ${codec} reads back`, async () => {
    await loadCodec(codec as Codec)
    const batch = batchOf(records, codec as Codec)
    assert.deepEqual(
      rowsOf(decode(batch)),
      records.map((one, offset) => ({ offset, ...one })),
    )
  })
}

test('a batch has the bytes of the Java client', () => {
  assert.equal(at(10, batchOf(records)).toString('hex'), golden.none)
})

test('a transactional batch has the bytes of the Java client, also when stamped again', () => {
  const stamp = {
    producerId: 4_000_000_000,
    producerEpoch: 2,
    baseSequence: 5,
    isTransactional: true,
  }
  const records = [record('t', { timestamp: 1_700_000_000_000 })]
  const java =
    '00000000000000140000003900000000023722f2f10010000000000000018bcfe568000000018bcfe56800' +
    '00000000ee6b2800000200000005000000010e00000001027400'
  // The Java class sets the leader's epoch to 0, a producer to -1; the CRC doesn't cover it.
  const expected = java.replace('0000003900000000', '00000039ffffffff')
  assert.equal(at(20, batchOf(records, 'none', stamp)).toString('hex'), expected)
  const again = batchOf(records, 'none', { ...stamp, producerEpoch: 1, baseSequence: 77 })
  stampBatch(again, stamp)
  assert.equal(at(20, again).toString('hex'), expected)
})

test('a range outside of its buffer is a bug, never what the memory held before', () => {
  const builder = new RecordBatchBuilder(1024)
  const bytes = Buffer.from('abc')
  const outside = { bytes, keyStart: -1, keyEnd: -1, valueStart: 1, valueEnd: 10, headers: [] }
  assert.throws(() => builder.append(0, outside), { name: 'RangeError' })
})

test('records before the wanted offset are left out', () => {
  const batch = at(10, batchOf([record('a'), record('b'), record('c')]))
  assert.deepEqual(valuesOf(batch, { offsetMin: 11 }), ['11 b', '12 c'])
  assert.deepEqual(valuesOf(batch, { offsetMin: 13 }), [])
})

test('batches without compression share columns, others have their own', () => {
  const bytes = Buffer.concat([
    at(1, batchOf([record('a'), record('b')])),
    at(5, batchOf([record('c')])),
    at(6, batchOf([record('d')], 'gzip')),
    at(7, batchOf([record('e')], 'zstd')),
    at(9, batchOf([record('f')])),
  ])
  assert.deepEqual(valuesOf(bytes), ['1 a', '2 b', '5 c', '6 d', '7 e', '9 f'])
  assert.deepEqual(
    decode(bytes).map(({ records }) => records.count),
    [3, 1, 1, 1],
  )
})

test('a batch that is cut off is left for the next fetch', () => {
  const whole = at(3, batchOf([record('a')]))
  const next = at(4, batchOf([record('b')]))
  for (let cut = 0; cut < next.length; cut++) {
    const decoded = decode(Buffer.concat([whole, next.subarray(0, cut)]))
    assert.equal(rowsOf(decoded).length, 1)
    assert.equal(offsetNext(decoded), 4)
  }
  assert.equal(offsetNext(decode(Buffer.alloc(0), { offsetMin: 9 })), 9)
})

test('with LogAppendTime every record has the time of its batch', () => {
  // Java's classes: a record of time 1, appended at 1700000009000.
  const hex =
    '000000000000001e0000003affffffff02afea2b8900080000000000000000000000010000018bcfe58b28ffffff' +
    'ffffffffffffffffffffff00000001100000000261026200'
  const decoded = decode(Buffer.from(hex, 'hex'))
  assert.equal(decoded[0]?.records.timestampType, 'LogAppendTime')
  assert.deepEqual(
    rowsOf(decoded),
    [record('b', { key: 'a', timestamp: 1_700_000_009_000 })].map((one) => ({
      offset: 30,
      ...one,
    })),
  )
})

const producer = { producerEpoch: 0, baseSequence: 0, isTransactional: true }
const written = (offset: number, value: string, producerId: number, isTransactional = true) =>
  at(offset, batchOf([record(value)], 'none', { ...producer, producerId, isTransactional }))

/** End of a transaction of producer 4000000000 at an offset, by the Java classes. */
function marker(offset: number, isCommit: boolean): Buffer {
  const hex = (crc: string, type: string) =>
    `0000000000000015000000420000000002${crc}0030000000000000018bcfe568010000018bcfe5680100000000` +
    `ee6b28000002ffffffff000000012000000008000000${type}0c00000000000900`
  return at(offset, Buffer.from(isCommit ? hex('5a3d0436', '01') : hex('ae03d27e', '00'), 'hex'))
}

test('ends of transactions are no records but are reported', () => {
  const one = 4_000_000_000
  const bytes = Buffer.concat([
    written(1, 'a', one),
    marker(2, true),
    written(3, 'b', one),
    marker(4, false),
  ])
  const decoded = decode(bytes)
  assert.deepEqual(valuesOf(bytes), ['1 a', '3 b'])
  assert.deepEqual(
    decoded.flatMap(({ markers }) => markers),
    [
      { offset: 2, producerId: one, isCommit: true },
      { offset: 4, producerId: one, isCommit: false },
    ],
  )
  assert.equal(offsetNext(decoded), 5)
})

test('records of a transaction that was given up are left out, those around it are not', () => {
  const one = 4_000_000_000
  const bytes = Buffer.concat([
    written(1, 'committed', one),
    marker(2, true),
    written(3, 'aborted', one),
    written(4, 'of another', 5),
    written(5, 'aborted too', one),
    written(6, 'outside', one, false),
    marker(7, false),
    written(8, 'later', one),
  ])
  const abortedTransactions = [{ producerId: one, firstOffset: 3 }]
  assert.deepEqual(valuesOf(bytes, { abortedTransactions }), [
    '1 committed',
    '4 of another',
    '6 outside',
    '8 later',
  ])
})

test('a slice has the same records', () => {
  const batch = batchOf(records)
  const slices = decode(batch).map((decoded) => ({ records: sliceColumns(decoded.records, 1, 2) }))
  assert.deepEqual(rowsOf(slices), [{ offset: 1, ...records[1] }])
})

test('a changed byte is found by the CRC and names the offset', () => {
  const batch = at(42, batchOf([record('a')]))
  batch[batch.length - 2] = 0x62
  assert.throws(() => decode(batch), {
    code: 'RECORD_CORRUPT',
    message: /^The batch at offset 42 has CRC \d+ instead of \d+\.$/,
  })
  assert.deepEqual(valuesOf(batch, { checkCrcs: false }), ['42 b'])
})

test('batches in front of a corrupt one are given first', () => {
  const good = at(1, batchOf([record('a')], 'zstd'))
  const next = at(2, batchOf([record('b')], 'zstd'))
  const bad = at(3, batchOf([record('c')], 'zstd'))
  bad[bad.length - 1] = 0x62
  const options = { offsetMin: 0, abortedTransactions: [], checkCrcs: true }
  const decoding = decodeRecords(Buffer.concat([good, next, bad]), options)
  const first = decoding.next().value
  assert.deepEqual([first?.records.offsets[0], first?.offsetNext], [1, 2])
  assert.throws(() => [...decoding], { message: /^The batch at offset 3 has CRC/ })
})

test('formats from before Kafka 0.11 are refused by name', () => {
  const old = Buffer.from(
    '000000000000000000000018744499750100000000000000000100000001610000000162',
    'hex',
  )
  assert.throws(() => decode(old), {
    code: 'RECORD_CORRUPT',
    message: /offset 0 are in format 1, from before Kafka 0\.11/,
  })
})

test('a count of records that can not be there is refused before anything is allocated', () => {
  const batch = batchOf([record('a')])
  batch.writeInt32BE(0x7fff_ffff, 57)
  assert.throws(() => decode(batch, { checkCrcs: false }), {
    message: "The batch at offset 0 can't have 2147483647 records.",
  })
})
