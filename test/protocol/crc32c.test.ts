import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32c } from '../../src/protocol/crc32c.ts'

// The check value of the algorithm, then the vectors of RFC 3720, B.4.
const vectors: readonly (readonly [what: string, bytes: Buffer, crc: number])[] = [
  ['nothing', Buffer.alloc(0), 0],
  ['123456789', Buffer.from('123456789'), 0xe306_9283],
  ['32 zeros', Buffer.alloc(32), 0x8a91_36aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8_ab43],
  ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd_794e],
]

for (const [what, bytes, crc] of vectors) {
  test(`CRC-32C of ${what}`, () => {
    assert.equal(crc32c(bytes, 0, bytes.length), crc)
  })
}

test('only the range counts, at any start and of any length', () => {
  const around = Buffer.concat([Buffer.from('abc'), Buffer.from('123456789'), Buffer.from('de')])
  assert.equal(crc32c(around, 3, 12), 0xe306_9283)
})

// Long ranges are computed in another way, in chunks of 64 KiB.
for (const length of [4095, 4096, 4097, 5000, 65_535, 65_536, 65_537, 67_209, 300_001]) {
  test(`CRC-32C of ${length} bytes is what it is bit by bit`, () => {
    const bytes = Buffer.from(
      Array.from({ length: length + 3 }, (_, index) => (index * index) >> 3),
    )
    assert.equal(crc32c(bytes, 3, length + 3), bitByBit(bytes.subarray(3)))
  })
}

function bitByBit(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1
  }
  return ~crc >>> 0
}
