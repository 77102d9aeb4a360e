import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { snappyCompress } from '@platformatic/wasm-utils/bundled'
import { type Codec, compress, decompress, loadCodec } from '../../src/protocol/compression.ts'

const codecs: readonly Codec[] = ['gzip', 'snappy', 'lz4', 'zstd']
await Promise.all(codecs.map(loadCodec))

const text = Buffer.from('The same words again, the same words again. '.repeat(5000))
const limit = { code: 'RECORD_CORRUPT', message: /at most \d+ bytes are accepted/ }

for (const codec of codecs) {
  test(`${codec} reads back, also nothing at all`, () => {
    for (const bytes of [text, Buffer.from('a'), Buffer.alloc(0)]) {
      const compressed = compress(codec, bytes)
      assert.deepEqual(decompress(codec, compressed, 2 * bytes.length + 1), bytes)
    }
    assert.ok(compress(codec, text).length < text.length / 4)
  })

  test(`${codec} stops at the limit of the result`, () => {
    const compressed = compress(codec, text)
    assert.throws(() => decompress(codec, compressed, text.length / 2), limit)
  })

  test(`${codec} refuses bytes that are cut off or something else`, () => {
    const compressed = compress(codec, text)
    for (const bytes of [compressed.subarray(0, compressed.length / 2), Buffer.from('abcdefgh')]) {
      assert.throws(() => decompress(codec, bytes, 2 * text.length), limit)
    }
  })
}

test('Snappy without the frame of the Java client reads too', () => {
  assert.deepEqual(decompress('snappy', snappyCompress(text), text.length), text)
})

test('a few bytes of Snappy that promise many are refused without allocating them', () => {
  const promise = Buffer.from('ffffff7f00', 'hex')
  assert.throws(() => decompress('snappy', promise, 2 ** 30), limit)
})

test('gzip of several members, as other clients write it', () => {
  const twice = Buffer.concat([gzipSync(text), gzipSync(text)])
  assert.deepEqual(decompress('gzip', twice, 2 * text.length), Buffer.concat([text, text]))
})
