import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { type Codec, compress, decompress, loadCodec } from '../../src/protocol/compression.ts'
import { Cursor } from '../../src/protocol/cursor.ts'
import { readRequestHeader } from '../../src/protocol/frame.ts'
import { decodeRecords } from '../../src/protocol/record-batch-decoder.ts'
import { Writer } from '../../src/protocol/writer.ts'
import { seedOfRun } from '../fuzz/random.ts'
import { allVersions } from './all-messages.ts'
import { at, batchOf, record } from './batches.ts'
import { type Random, randomMessage, seededRandom } from './random-message.ts'
import { rowsOf } from './rows.ts'

const seed = seedOfRun()
const random = seededRandom(seed)
const codecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

await Promise.all(codecs.map(loadCodec))

/** Bytes cut off somewhere, or with up to three bytes changed. */
function damaged(bytes: Buffer, random: Random): Buffer {
  const place = () => Math.floor(random() * bytes.length)
  if (random() < 0.3) return bytes.subarray(0, place())
  const changed = Buffer.from(bytes)
  for (let left = 1 + random() * 3; left > 0; left--) changed[place()] = random() * 256
  return changed
}

/** Runs a decoder: it may give a value or say that the bytes are corrupt, and nothing else. */
function survives(decode: () => unknown, bytes: Buffer): void {
  try {
    decode()
  } catch (error) {
    const isCorrupt = error instanceof ConnectError && error.code === 'RECORD_CORRUPT'
    assert.ok(isCorrupt, `seed ${seed}, ${bytes.toString('hex').slice(0, 2000)}: ${error}`)
  }
}

test('every message survives damage', () => {
  for (const { message, version } of allVersions) {
    const writer = new Writer()
    message.encode(writer, version, randomMessage(message, version, random))
    const bytes = writer.toBuffer()
    for (let round = 0; round < 20; round++) {
      const bad = damaged(bytes, random)
      survives(() => message.decode(new Cursor(bad), version), bad)
    }
  }
})

test('request headers survive damage', () => {
  const bytes = Buffer.from('0003000c0000004d00026d65010301ff', 'hex')
  for (let round = 0; round < 2000; round++) {
    const bad = damaged(bytes, random)
    survives(() => readRequestHeader(new Cursor(bad), () => true), bad)
  }
})

for (const codec of codecs) {
  test(`record batches with compression ${codec} survive damage`, () => {
    const headers = [{ key: 'h', value: Buffer.from('1') }]
    const values = Array.from({ length: 20 }, (_, index) =>
      record(`${index}`.repeat(index), { headers }),
    )
    const bytes = Buffer.concat([at(5, batchOf(values, codec)), at(25, batchOf(values, codec))])
    const options = { offsetMin: 0, abortedTransactions: [], checkCrcs: false }
    for (let round = 0; round < 2000; round++) {
      const bad = damaged(bytes, random)
      survives(() => rowsOf(decodeRecords(bad, options)), bad)
    }
  })

  test(`decompression of ${codec} survives damage`, () => {
    const bytes = compress(codec, Buffer.from('some words, some words, some words '.repeat(100)))
    for (let round = 0; round < 2000; round++) {
      const bad = damaged(bytes, random)
      survives(() => decompress(codec, bad, 100_000), bad)
    }
  })
}
