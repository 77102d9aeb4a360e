import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SourceMap } from '../../src/data/record.ts'
import { decodeOffsetFile, encodeOffsetFile } from '../../src/runtime/offsets/offset-file-format.ts'
import {
  decodeOffset,
  decodeOffsetKey,
  encodeOffset,
  encodeOffsetKey,
} from '../../src/runtime/offsets/offset-json.ts'

interface WireCase {
  readonly id: string
  readonly op: string
  readonly bytes: string
  readonly offsets: ReadonlyArray<Lookup & { readonly offset: WireMap }>
  readonly lookups: readonly Lookup[]
  readonly ask: readonly string[]
  readonly expect: {
    readonly bytes?: string
    readonly partitions?: Readonly<Record<string, readonly WireMap[]>>
    readonly offsets?: ReadonlyArray<{ readonly offset: WireMap | null }>
    readonly error?: { readonly cause: { readonly message: string } }
  }
}

interface Lookup {
  readonly connector: string
  readonly partition: WireMap
}

interface WireMap {
  readonly map: ReadonlyArray<
    readonly [Readonly<Record<string, never>>, Readonly<Record<string, never>>]
  >
}

const { cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../acceptance/vectors/wire.json'), 'utf8'),
) as { readonly cases: readonly WireCase[] }

for (const wire of cases.filter(({ op }) => op === 'offsetFile.write')) {
  test(`offset file as the reference writes it, ${wire.id}`, () => {
    const entries = new Map(
      wire.offsets.map(({ connector, partition, offset }) => {
        const key = encodeOffsetKey(connector, mapOf(partition))
        return [key.toString(), { key, value: encodeOffset(mapOf(offset)) }]
      }),
    )
    const bytes = encodeOffsetFile([...entries.values()])
    assert.equal(bytes.toString('base64'), wire.expect.bytes)
  })
}

for (const wire of cases.filter(({ op }) => op === 'offsetFile.read')) {
  test(`offset file as the reference reads it, ${wire.id}`, () => {
    const { expect } = wire
    const read = () => decodeOffsetFile(Buffer.from(wire.bytes, 'base64')).entries
    if (expect.error !== undefined) {
      assert.throws(read, { message: expect.error.cause.message })
      return
    }
    const entries = read()
    for (const connector of wire.ask) {
      const partitions = entries
        .filter(({ value }) => value !== null)
        .flatMap(({ key }) => (key === null ? [] : (decodeOffsetKey(key) ?? [])))
        .filter((key) => key.connector === connector)
      assert.deepEqual(
        partitions.map(({ partition }) => partition),
        expect.partitions?.[connector]?.map(mapOf),
      )
    }
    for (const [index, { connector, partition }] of wire.lookups.entries()) {
      const wanted = encodeOffsetKey(connector, mapOf(partition))
      const value = entries.find(({ key }) => key?.equals(wanted))?.value ?? null
      const expected = expect.offsets?.[index]?.offset ?? null
      assert.deepEqual(
        value === null ? null : decodeOffset(value),
        expected === null ? null : mapOf(expected),
      )
    }
  })
}

test('a file of many entries is read back whole', () => {
  const entries = Array.from({ length: 1000 }, (_, index) => ({
    key: encodeOffsetKey('c', { index }),
    value: index % 7 === 0 ? null : encodeOffset({ position: index }),
  }))
  const bytes = encodeOffsetFile(entries)
  assert.deepEqual(decodeOffsetFile(bytes), { entries, truncated: false })
  assert.equal(bytes.readInt32BE(bytes.indexOf('7708', 'hex') + 2), 2048)
})

test('a file cut anywhere is told as cut, with the entries before', () => {
  const entries = [1, 2].map((index) => ({
    key: encodeOffsetKey('c', { index }),
    value: encodeOffset({ position: index }),
  }))
  const bytes = encodeOffsetFile(entries)
  for (let length = 0; length < bytes.length - 1; length++) {
    const content = decodeOffsetFile(bytes.subarray(0, length))
    assert.equal(content.truncated || content.entries.length === 2, true, `cut at ${length}`)
    assert.deepEqual(content.entries, entries.slice(0, content.entries.length))
  }
})

test('another Java object is told by its class', () => {
  const text = 'aced0005737200136a6176612e7574696c2e41727261794c697374'
  assert.throws(() => decodeOffsetFile(Buffer.from(text, 'hex')), {
    message: 'Expected HashMap but found java.util.ArrayList',
  })
})

test('a byte array of less than no bytes, and what follows the map, are refused', () => {
  const bytes = encodeOffsetFile([{ key: Buffer.from('k'), value: null }])
  const length = bytes.lastIndexOf(Buffer.from('000000016b', 'hex'))
  const negative = Buffer.from(bytes)
  negative.writeInt32BE(-9, length)
  assert.throws(() => decodeOffsetFile(negative), { message: "A byte array can't have -9 bytes" })
  const longer = Buffer.concat([bytes.subarray(0, -1), Buffer.of(0x32)])
  assert.throws(() => decodeOffsetFile(longer), {
    message: 'Expected the end of the map but found 0x32',
  })
})

test('offsets that are no UTF-8 are not read as other texts', () => {
  assert.throws(() => decodeOffset(Buffer.from('7b226b22ff3a317d', 'hex')), {
    code: 'DATA_INVALID',
  })
})

const texts: ReadonlyArray<readonly [what: string, map: SourceMap, text: string]> = [
  ['order of the fields', { z: 1, a: 2 }, '{"z":1,"a":2}'],
  [
    'numbers',
    { i: -0, big: 2n ** 62n, f: 0.5, e: 1e21 },
    '{"i":0,"big":4611686018427387904,"f":0.5,"e":1.0E21}',
  ],
  ['others', { n: null, t: true, b: Uint8Array.of(1, 2) }, '{"n":null,"t":true,"b":"AQI="}'],
  ['texts', { k: 'é/"\\\u001f\t\\u001f' }, '{"k":"é/\\"\\\\\\u001F\\t\\\\u001f"}'],
  ['beyond the basic plane', { k: '😀' }, '{"k":"\\uD83D\\uDE00"}'],
]
for (const [what, map, text] of texts) {
  test(`offsets as JSON: ${what}`, () => {
    assert.equal(encodeOffset(map)?.toString(), text)
  })
}

test('integers keep every digit on the way back', () => {
  const offset = { lsn: 9_007_199_254_740_993n, small: 7, half: 0.5 }
  assert.deepEqual(decodeOffset(encodeOffset(offset) as Buffer), offset)
})

test('nested values are refused by name', () => {
  assert.throws(() => encodeOffset({ where: [1] as never }), {
    code: 'DATA_INVALID',
    message: /field where contains ARRAY/,
  })
})

function mapOf({ map }: WireMap): SourceMap {
  return Object.fromEntries(map.map(([key, value]) => [plain(key), plain(value)]))
}

function plain(value: Readonly<Record<string, never>>): never {
  const [[kind, content] = ['', '' as never]] = Object.entries(value)
  return kind === 'int64' ? (Number(content) as never) : content
}
