import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Codec, loadCodec } from '../../../src/protocol/compression.ts'
import { Cursor } from '../../../src/protocol/cursor.ts'
import { errorCode, isRetriableCode } from '../../../src/protocol/error-codes.ts'
import { RecordBatchBuilder } from '../../../src/protocol/record-batch-builder.ts'
import { decodeRecords } from '../../../src/protocol/record-batch-decoder.ts'
import { Writer } from '../../../src/protocol/writer.ts'
import { seedOfRun } from '../../fuzz/random.ts'
import { allVersions } from '../../protocol/all-messages.ts'
import { randomMessage, seededRandom } from '../../protocol/random-message.ts'
import { rowsOf } from '../../protocol/rows.ts'
import { askJava } from './java.ts'

const codecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

await Promise.all(codecs.map(loadCodec))

const seed = seedOfRun()
const random = seededRandom(seed)
const cases = allVersions.flatMap((one) =>
  [1, 2, 3].map(() => {
    const value = randomMessage(one.message, one.version, random)
    const writer = new Writer()
    one.message.encode(writer, one.version, value)
    return { ...one, value, bytes: writer.toBuffer() }
  }),
)

const records = [
  { timestamp: 1_700_000_000_000, key: 'key', value: 'value', headers: [] },
  { timestamp: 1_699_999_999_000, key: null, value: null, headers: [] },
  {
    timestamp: 1_700_000_100_000,
    key: '',
    value: 'x'.repeat(100_000),
    headers: [
      { key: 'h', value: Buffer.from('1') },
      { key: 'ü', value: null },
    ],
  },
]

function batchOf(codec: Codec): Buffer {
  const builder = new RecordBatchBuilder(1024)
  for (const { timestamp, key, value, headers } of records) {
    const bytes = Buffer.from(`${key ?? ''}${value ?? ''}`)
    const keyEnd = key?.length ?? 0
    builder.append(timestamp, {
      bytes,
      keyStart: key === null ? -1 : 0,
      keyEnd,
      valueStart: value === null ? -1 : keyEnd,
      valueEnd: bytes.length,
      headers,
    })
  }
  const stamp = { producerId: 7, producerEpoch: 3, baseSequence: 40, isTransactional: false }
  return builder.finish(codec, stamp)
}

const [errors = '', ...answers] = askJava([
  'errors',
  ...codecs.map((codec) => `write ${codec}`),
  ...codecs.map((codec) => `read ${batchOf(codec).toString('hex')}`),
  ...cases.map(
    ({ message, version, bytes }) => `message ${message.name} ${version} ${bytes.toString('hex')}`,
  ),
])
const written = answers.slice(0, codecs.length)
const read = answers.slice(codecs.length, 2 * codecs.length)
const messages = answers.slice(2 * codecs.length)

for (const [index, codec] of codecs.entries()) {
  test(`a batch of Java with compression ${codec} reads as it was written`, () => {
    const bytes = Buffer.from(written[index] ?? '', 'hex')
    const options = { offsetMin: 0, abortedTransactions: [], checkCrcs: true }
    const decoded = [...decodeRecords(bytes, options)]
    assert.equal(decoded.at(-1)?.offsetNext, 103)
    assert.deepEqual(
      rowsOf(decoded),
      records.map((record, nth) => ({ offset: 100 + nth, ...record })),
    )
  })

  test(`Java reads a batch with compression ${codec} as it was written`, () => {
    const hex = (text: string | null) =>
      text === null ? 'null' : Buffer.from(text).toString('hex')
    const rows = records.map(({ timestamp, key, value, headers }, offset) =>
      [
        [offset, timestamp, hex(key), hex(value)].join(' '),
        ...headers.map((header) => `${header.key}=${hex(header.value?.toString() ?? null)}`),
      ].join(' '),
    )
    const head = `${codec} 7 3 40 false 1700000100000`
    assert.equal(read[index], [head, ...rows].join('; '))
  })
}

test('a batch without compression has the very bytes of Java', () => {
  const bytes = Buffer.from(written[0] ?? '', 'hex')
  // The log gives the offset: Java's batch was made to begin at 100. The CRC doesn't cover it.
  bytes.writeBigInt64BE(0n, 0)
  assert.equal(batchOf('none').toString('hex'), bytes.toString('hex'))
})

test(`every version of every message has the bytes of Java (seed ${seed})`, () => {
  assert.equal(messages.length, cases.length)
  for (const [index, { message, version, value, bytes }] of cases.entries()) {
    const name = `${message.name} ${version}`
    assert.equal(messages[index], bytes.toString('hex'), name)
    assert.deepEqual(message.decode(new Cursor(bytes), version), value, name)
  }
})

test('error codes, their names and which may be retried are those of Java', () => {
  const ours = Object.entries(errorCode).map(
    ([name, code]) => `${name} ${code} ${isRetriableCode(code)};`,
  )
  assert.equal(ours.join(''), errors)
})
