import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { ExactParser, type NumberForms } from '../../src/converters/json-exact.ts'
import { JsonDecimal } from '../../src/converters/json-node.ts'
import { parseWholeNode, schemalessParser } from '../../src/converters/json-parse.ts'
import { schemalessDouble, schemalessLong } from '../../src/data/numbers.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import { property } from './property.ts'
import type { Random } from './random.ts'
import { jsonText } from './vectors/json-text.ts'

const exact: NumberForms<ConnectValue> = {
  integer: (value) => schemalessLong(BigInt.asIntN(64, value)),
  decimal: (text) => schemalessDouble(Number(text) + 0),
}

/** Nested texts with every kind of number, some of them cut or with other bytes in them. */
function textOf(random: Random): string {
  const text = jsonText(random, 4)
  if (random.chance(0.8)) return text
  const at = random.below(text.length + 1)
  const inserted = random.pick(['', '\u0001', '\\u0001', '"', '\\', '-', '0', '9'.repeat(20), 'e'])
  return text.slice(0, at) + inserted + text.slice(at + random.below(3))
}

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConnectError) return error.message
    throw error
  }
}

property('values without schema are read as the exact parser reads them', (random) => {
  const parse = schemalessParser()
  // Records before it teach the parser what may come.
  for (const before of [textOf(random), textOf(random)]) {
    outcome(() => parse(Buffer.from(before), 0, Buffer.byteLength(before)))
  }
  const text = textOf(random)
  // A byte order mark is for another part to see.
  if (text.startsWith('\ufeff')) return
  const bytes = Buffer.from(` ${text} `)
  const first = outcome(() => parse(bytes, 1, bytes.length - 1))
  // After some more, objects are made by functions of their own.
  for (let more = random.chance(0.02) ? 100 : 0; more > 0; more--) {
    outcome(() => parse(bytes, 1, bytes.length - 1))
  }
  const likeTheFirst = outcome(() => parse(bytes, 1, bytes.length - 1))
  const slow = outcome(() => {
    return /^[ \t\n\r]*$/.test(text) ? null : new ExactParser(text.toWellFormed(), exact).parse()
  })
  assert.deepEqual(first, slow, text)
  assert.deepEqual(likeTheFirst, slow, text)
})

const kept: NumberForms<unknown> = {
  integer: (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value),
  decimal: (text) => new JsonDecimal(text),
}

property('numbers of a known type lose nothing that their type keeps', (random) => {
  const text = textOf(random)
  if (text.startsWith('\ufeff')) return
  const bytes = Buffer.from(text)
  const slow = outcome(() => new ExactParser(text.toWellFormed(), kept).parseWhole())
  assert.deepEqual(
    outcome(() => parseWholeNode(bytes, 0, bytes.length, 'fractions')),
    slow,
    text,
  )
  const inexact = outcome(() => parseWholeNode(bytes, 0, bytes.length, 'inexact'))
  assert.deepEqual(asDoubles(inexact), asDoubles(slow), text)
  assert.deepEqual(asIntegers(inexact), asIntegers(slow), text)
})

/** As fields of a floating type see the numbers. */
function asDoubles(node: unknown): unknown {
  return mapped(node, (number) => {
    return Number(number instanceof JsonDecimal ? number.text : number) + 0
  })
}

/** As fields of an integer type see them, except those that are too large. */
function asIntegers(node: unknown): unknown {
  return mapped(node, (number) => {
    const text = number instanceof JsonDecimal ? number.text : String(number)
    return /e/i.test(text) ? 0n : BigInt(/^-?\d+/.exec(text)?.[0] ?? 0)
  })
}

function mapped(
  node: unknown,
  change: (number: number | bigint | JsonDecimal) => unknown,
): unknown {
  if (typeof node === 'number' || typeof node === 'bigint' || node instanceof JsonDecimal) {
    return change(node)
  }
  if (Array.isArray(node)) return node.map((each) => mapped(each, change))
  if (typeof node !== 'object' || node === null) return node
  return Object.entries(node).map(([key, each]) => [key, mapped(each, change)])
}

property('any bytes are read, or refused with a code', (random) => {
  const bytes = Buffer.from(random.list(0, 60, () => random.below(256)))
  if (random.chance(0.7)) bytes.set(Buffer.from(textOf(random)).subarray(0, bytes.length))
  const parse = schemalessParser()
  outcome(() => parse(bytes, 0, bytes.length))
  outcome(() => parse(bytes, 0, bytes.length))
})

test('keys that never come again, and records that never look alike, are read all the same', () => {
  const parse = schemalessParser()
  for (let index = 0; index < 2000; index++) {
    const key = `${'k'.repeat(index % 300)}${index}`
    const json = `{"${key}":{"a":${index}.5,"__proto__":[${index}]},"a\\n":"é${index}"}`
    const bytes = Buffer.from(json)
    assert.deepEqual(parse(bytes, 0, bytes.length), JSON.parse(json))
  }
})
