import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal } from '../../src/data/decimal.ts'
import { doubleText, floatText } from '../../src/data/number-text.ts'

const texts: ReadonlyArray<[unscaled: bigint, scale: number, text: string]> = [
  [150n, 2, '1.50'],
  [-5n, 3, '-0.005'],
  [1n, 6, '0.000001'],
  [1n, 7, '1E-7'],
  [123n, -3, '1.23E+5'],
  [0n, 3, '0.000'],
  [0n, -2, '0E+2'],
]

for (const [unscaled, scale, text] of texts) {
  test(`${unscaled} with scale ${scale} is ${text}, and back`, () => {
    assert.equal(String(new Decimal(unscaled, scale)), text)
    assert.deepEqual(Decimal.parse(text), new Decimal(unscaled, scale))
  })
}

const bytes: ReadonlyArray<[unscaled: bigint, hex: string]> = [
  [0n, '00'],
  [127n, '7f'],
  [128n, '0080'],
  [-128n, '80'],
  [-129n, 'ff7f'],
]

for (const [unscaled, hex] of bytes) {
  test(`${unscaled} is ${hex} in bytes, and back`, () => {
    const decimal = new Decimal(unscaled, 0)
    assert.equal(Buffer.from(decimal.toBytes()).toString('hex'), hex)
    assert.deepEqual(Decimal.fromBytes(Buffer.from(hex, 'hex'), 0), decimal)
  })
}

test('what is no number is no decimal', () => {
  for (const text of ['', '.', '1e', '1 ', 'NaN', '0x1', '1e99999999999']) {
    assert.equal(Decimal.parse(text), null)
  }
})

test('huge exponents take no time', () => {
  assert.equal(Decimal.parse('1e+2000000000')?.toLong(), 0n)
  assert.equal(Decimal.parse('0e+2000000000')?.toBigInt(), 0n)
})

test('doubles and floats have as many digits as tell them from their neighbours', () => {
  assert.deepEqual([1, 1e7, 1e-3, 9.99e-4, 1e23, 5e-324, -0, Number.NaN].map(doubleText), [
    '1.0',
    '1.0E7',
    '0.001',
    '9.99E-4',
    '1.0E23',
    '4.9E-324',
    '-0.0',
    'NaN',
  ])
  assert.deepEqual([0.1, 16777216, 3.4028234663852886e38, 1.401298464324817e-45].map(floatText), [
    '0.1',
    '1.6777216E7',
    '3.4028235E38',
    '1.4E-45',
  ])
})
