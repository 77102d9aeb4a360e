import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cursor } from '../../src/protocol/cursor.ts'
import {
  putUvarint,
  putVarint,
  putVarlong,
  uvarintSizeBytes,
  varintSizeBytes,
  varlongSizeBytes,
} from '../../src/protocol/varint.ts'

type Case = readonly [value: number, hex: string]

// Zigzag: small magnitudes of both signs stay short.
const signed: readonly Case[] = [
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [-64, '7f'],
  [64, '8001'],
  [-65, '8101'],
  [8191, 'fe7f'],
  [8192, '808001'],
  [2_147_483_647, 'feffffff0f'],
  [-2_147_483_648, 'ffffffff0f'],
]

const long: readonly Case[] = [
  [2_147_483_648, '8080808010'],
  [-2_147_483_649, '8180808010'],
  [1_700_000_000_000, '80a0abfef962'],
  [-1_700_000_000_000, 'ff9fabfef962'],
  [2 ** 53 - 1, 'feffffffffffff1f'],
]

const unsigned: readonly Case[] = [
  [0, '00'],
  [127, '7f'],
  [128, '8001'],
  [16_384, '808001'],
  [4_294_967_295, 'ffffffff0f'],
]

function written(put: typeof putVarint, value: number): string {
  const bytes = Buffer.alloc(12)
  return bytes.toString('hex', 1, put(bytes, 1, value))
}

for (const [value, hex] of signed) {
  test(`varint ${value} is ${hex} both ways`, () => {
    assert.equal(written(putVarint, value), hex)
    assert.equal(varintSizeBytes(value), hex.length / 2)
    assert.equal(new Cursor(Buffer.from(hex, 'hex')).readVarint(), value)
  })
}

for (const [value, hex] of [...signed, ...long]) {
  test(`varlong ${value} is ${hex} both ways`, () => {
    assert.equal(written(putVarlong, value), hex)
    assert.equal(varlongSizeBytes(value), hex.length / 2)
    assert.equal(new Cursor(Buffer.from(hex, 'hex')).readVarlong(), value)
  })
}

for (const [value, hex] of unsigned) {
  test(`unsigned varint ${value} is ${hex} both ways`, () => {
    assert.equal(written(putUvarint, value), hex)
    assert.equal(uvarintSizeBytes(value), hex.length / 2)
    assert.equal(new Cursor(Buffer.from(hex, 'hex')).readUvarint(), value)
  })
}

test('the smallest 64-bit integer reads as the nearest number', () => {
  const longest = Buffer.from('ffffffffffffffffff01', 'hex')
  assert.equal(new Cursor(longest).readVarlong(), -(2 ** 63))
})

test('a varint that ends early or runs on is corrupt and not retriable', () => {
  const corrupt = { code: 'RECORD_CORRUPT', retriable: false }
  const cursorOf = (hex: string) => new Cursor(Buffer.from(hex, 'hex'))
  assert.throws(() => cursorOf('').readVarint(), corrupt)
  assert.throws(() => cursorOf('80').readVarint(), corrupt)
  assert.throws(() => cursorOf('808080808000').readUvarint(), corrupt)
  assert.throws(() => cursorOf('8080808080808080808000').readVarlong(), corrupt)
})
