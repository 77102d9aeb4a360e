import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../../src/sdk/index.ts'
import { createFormat, stored } from './create-format.ts'

const file = `syntax = "proto3"; import "google/protobuf/timestamp.proto";
  import "confluent/type/decimal.proto"; import "google/type/date.proto";
  message M {
    int32 n = 1; sint64 l = 2; string s = 3; bytes y = 4; double d = 5; fixed32 f = 6; bool b = 7;
    repeated int32 list = 8; map<string, M> map = 9; M m = 10;
    oneof u { string a = 11; M c = 12; }
    google.protobuf.Timestamp at = 13; confluent.type.Decimal amount = 14;
    google.type.Date day = 15;
    E e = 16; repeated E all = 300; enum E { A = 0; B = 1; }
  }`

const sample = Buffer.from(
  [
    '00', // the first message
    '089601',
    '1003',
    '1a03c3bc61',
    '22020001',
    '29000000000000f03f',
    '35ffffffff',
    '3801',
    '4203010203',
    '4a070a016b12020805',
    '52020805',
    '5a0161',
    '6a0408011005',
    '72080a02cfc710051802',
    '7a0708e80f1002181d',
    '800101',
    'e212020001',
  ].join(''),
  'hex',
)

/** Reads and, where that works, gives the value as text; any failure has to be a coded one. */
function outcome(
  read: (bytes: Buffer, start: number, end: number) => unknown,
  bytes: Buffer,
): string {
  try {
    return String((read(bytes, 0, bytes.length) as { value: unknown }).value)
  } catch (error) {
    assert.ok(error instanceof ConnectError, String(error))
    assert.ok(error.code === 'SERIALIZATION' || error.code === 'DATA_INVALID', error.code)
    return error.message
  }
}

test('bytes cut at each position are read or refused with the place, never worse', () => {
  const read = createFormat().reader(stored(file), null, null)
  assert.match(outcome(read, sample), /^Struct\{.*n=150,l=-2,s=üa/s)
  const messages = new Set<string>()
  for (let end = 0; end < sample.length; end++) {
    const text = outcome(read, sample.subarray(0, end))
    if (!text.startsWith('Struct')) messages.add(text.replace(/byte \d+/, 'byte N'))
  }
  assert.ok(
    messages.has('the message ends early (byte N of the message)'),
    [...messages].join('\n'),
  )
})

test('bytes with any bit flipped are read or refused', () => {
  const read = createFormat().reader(stored(file), null, null)
  for (let at = 0; at < sample.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const bytes = Buffer.from(sample)
      bytes[at] = (bytes[at] as number) ^ (1 << bit)
      outcome(read, bytes)
    }
  }
})

test('random bytes are read or refused, and quickly', () => {
  const read = createFormat().reader(stored(file), null, null)
  let seed = 42
  const start = performance.now()
  for (let round = 0; round < 5000; round++) {
    const bytes = Buffer.alloc(1 + (round % 60))
    for (let at = 1; at < bytes.length; at++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      bytes[at] = seed >>> 24
    }
    outcome(read, bytes)
  }
  assert.ok(performance.now() - start < 5000)
})

test('messages nested deeper than 100 levels are refused, also those that are passed over', () => {
  const read = createFormat().reader(stored(file), null, null)
  let nested = Buffer.alloc(0)
  for (let level = 0; level < 2000; level++) {
    const length =
      nested.length < 128 ? [nested.length] : [(nested.length & 0x7f) | 0x80, nested.length >> 7]
    nested = Buffer.concat([Buffer.from([0x52, ...length]), nested])
  }
  assert.match(
    outcome(read, Buffer.concat([Buffer.of(0), nested])),
    /nested deeper than 100 levels/,
  )
  assert.match(
    outcome(read, Buffer.alloc(100_000, 0x5b).fill(0, 0, 1)),
    /nested deeper than 100 levels/,
  )
})

test('lengths that are not there and numbers without end take no memory', () => {
  const read = createFormat().reader(stored(file), null, null)
  assert.match(outcome(read, Buffer.from('001affffffff07', 'hex')), /ends early/)
  assert.match(outcome(read, Buffer.from('001affffffffffffffffff01', 'hex')), /length is negative/)
  assert.match(outcome(read, Buffer.from(`0008${'ff'.repeat(12)}`, 'hex')), /longer than 10 bytes/)
  assert.match(outcome(read, Buffer.from('0000', 'hex')), /field has number 0/)
  assert.match(outcome(read, Buffer.from('001a02c328', 'hex')), /a string is not UTF-8 \(byte 2/)
  assert.match(outcome(read, Buffer.from('fe', 'hex')), /ends early/)
})

test('dates and times that are none are refused with what they are', () => {
  const read = createFormat().reader(stored(file), null, null)
  assert.match(outcome(read, Buffer.from('007a06080110021820', 'hex')), /year 1, month 2, day 32/)
  assert.match(outcome(read, Buffer.from('006a0210ff', 'hex')), /ends early/)
  assert.match(outcome(read, Buffer.from('006a0610ffffffff0f', 'hex')), /-1 nanos|ends early/)
  assert.match(
    outcome(read, Buffer.from('007200', 'hex')),
    /Invalid Decimal: its value has no bytes/,
  )
})
