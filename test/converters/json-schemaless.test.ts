import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal } from '../../src/data/decimal.ts'
import { Headers } from '../../src/data/headers.ts'
import { Float64, Int32 } from '../../src/data/numbers.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import { createConverter, readBack, written } from './create.ts'

const json = createConverter('JsonConverter', { 'schemas.enable': 'false' })

const roundTrips: ReadonlyArray<[text: string, value: ConnectValue]> = [
  ['null', null],
  ['"plain"', 'plain'],
  [
    '"a longer text that is not only a few characters"',
    'a longer text that is not only a few characters',
  ],
  ['"tab\\tquote\\"backslash\\\\"', 'tab\tquote"backslash\\'],
  ['"\\u0001\\u001F"', '\u0001\u001f'],
  ['"grüße 漢字 ，한국 \ue000\ufffd"', 'grüße 漢字 ，한국 \ue000\ufffd'],
  ['"\\uD83D\\uDE00 and a text of some length"', '😀 and a text of some length'],
  ['"\\uD83D"', '\ud83d'],
  ['[1,-5,true,false,null]', [1, -5, true, false, null]],
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', 9007199254740993n],
  ['-9223372036854775808', -9223372036854775808n],
  ['1.0', new Float64(1)],
  ['-0.001', -0.001],
  ['1.0E10', new Float64(1e10)],
  ['{"a":{"b":[{}]},"c":1.5}', { a: { b: [{}] }, c: 1.5 }],
]

for (const [text, value] of roundTrips) {
  test(`${text} is written for and read as the same value`, () => {
    if (value !== null) assert.equal(written(json, value), text)
    assert.deepEqual(readBack(json, text), { schema: null, value })
  })
}

const readings: ReadonlyArray<[what: string, text: string, value: ConnectValue]> = [
  ['leading zeros', '[007,-012]', [7, -12]],
  ['minus zero as an integer', '-0', 0],
  ['minus zero with a point as zero, as decimals have no sign for it', '-0.0', new Float64(0)],
  ['an exponent as a double', '{"a":1e2}', { a: new Float64(100) }],
  ['a double that is too large as infinite', '1E400', Number.POSITIVE_INFINITY],
  ['an integer that is too large by its lower 64 bits', '18446744073709551617', 1],
  ['the last of two equal keys', '{"a":1,"b":2,"a":3}', { a: 3, b: 2 }],
  [
    'digits within strings as text',
    '{"a":"1.0 and 12345678901234567890"}',
    { a: '1.0 and 12345678901234567890' },
  ],
  ['the first of several values', '{"a":1} {"b":2}', { a: 1 }],
]

for (const [what, text, value] of readings) {
  test(`reading takes ${what}`, () => {
    assert.deepEqual(readBack(json, text).value, value)
  })
}

test('__proto__ is a key like another, read and written', () => {
  for (const text of ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1.0}}']) {
    const { value } = readBack(json, text)
    assert.deepEqual(Object.keys(value as object), ['__proto__'])
    assert.equal(Object.getPrototypeOf(value), Object.prototype)
    assert.equal(written(json, value), text)
  }
})

test('documents nested deeper than 1000 levels are refused, not run out of stack', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  assert.ok(readBack(json, nested(1000)))
  for (const text of [nested(1001), nested(100_000), `{"a":1.0,"b":${nested(5000)}}`]) {
    assert.throws(() => readBack(json, text), {
      code: 'DATA_INVALID',
      message: 'Converting byte[] to Kafka Connect data failed due to serialization error: ',
    })
  }
})

test('values nested deeper than 1000 levels are refused, not run out of stack', () => {
  let value: ConnectValue = []
  for (let depth = 1; depth < 1000; depth++) value = [value]
  assert.equal(written(json, value)?.length, 2000)
  for (let depth = 0; depth < 100_000; depth++) value = [value]
  assert.throws(() => written(json, value), { code: 'DATA_INVALID' })
})

test('a text that is no JSON tells where', () => {
  assert.throws(
    () => readBack(json, '{"a":nope}'),
    (error: Error) => /unexpected "n" at character 5/.test(String((error.cause as Error).message)),
  )
})

function readText(text: string): ConnectValue {
  return json.toConnectData('topic', Headers.empty, Buffer.from(text)).value
}

test('half of a surrogate pair is taken in a text, but not in a key', () => {
  assert.deepEqual(readText('{"\\ud83d\\ude00":"\\ud83d"}'), { '😀': '\ud83d' })
  for (const text of ['{"\\ud83d":1}', '{"n":1.50,"a":[{"b\\ude00c":"\\ud83d\\ude00"}]}']) {
    assert.throws(
      () => readText(text),
      (error: Error) => /half of a surrogate pair in a key/.test(String(error.cause)),
    )
  }
})

test('numbers have 1000 digits at the most, with those of their exponent', () => {
  const digits = (count: number) => '1'.repeat(count)
  assert.equal(readText(`0.${digits(999)}`), Number(`0.${digits(20)}`))
  assert.equal(readText(`1.5e${'0'.repeat(998)}`), 1.5)
  for (const text of [`0.${digits(1000)}`, `-${digits(1001)}`, `{"a":[1.5e${'0'.repeat(999)}]}`]) {
    assert.throws(
      () => readText(text),
      (error: Error) => /number of over 1000 digits/.test(String(error.cause)),
    )
  }
})

test('numbers are as exact in UTF-16 as in UTF-8', () => {
  for (const text of ['[1.0,12345678901234567]', '\ufeff[1.0,12345678901234567]']) {
    const bytes = Buffer.from(text, 'utf16le')
    const { value } = json.toConnectData('topic', Headers.empty, bytes)
    assert.deepEqual(value, [new Float64(1), 12345678901234567n])
  }
})

test('bytes that are not UTF-8 are refused', () => {
  const bytes = Buffer.from('2261ff6222', 'hex')
  assert.throws(() => json.toConnectData('topic', Headers.empty, bytes), { code: 'DATA_INVALID' })
})

test('boxed numbers are written as what they stand for', () => {
  assert.equal(written(json, { i: new Int32(1), d: new Float64(1) }), '{"i":1,"d":1.0}')
})

test('values without a form are refused by their class', () => {
  for (const value of [new Decimal(1n, 0), new Date(0)]) {
    assert.throws(() => written(json, [value]), /does not have corresponding schema type/)
  }
})

test('a null without schema is a tombstone', () => {
  assert.equal(written(json, null), null)
  assert.equal(json.fromConnectData('topic', Headers.empty, null, null), null)
})

test('any text is written as JSON that reads back as it was', () => {
  const alphabet = [
    'a',
    '"',
    '\\',
    '\n',
    '\u0000',
    'é',
    '漢',
    '，',
    '😀',
    '\ud800',
    '\udc00',
    '\ufffd',
  ]
  let seed = 7
  const next = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * limit)
  }
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: next(40) }, () => alphabet[next(alphabet.length)]).join('')
    const document = written(json, text) ?? ''
    assert.equal(JSON.parse(document), text)
    assert.equal(readBack(json, document).value, text)
  }
})
