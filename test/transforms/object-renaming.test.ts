import assert from 'node:assert/strict'
import { test } from 'node:test'
import { objectRenaming } from '../../src/transforms/object-renaming.ts'

const names: Readonly<Record<string, string | null>> = { a: 'b', gone: null, p: '__proto__' }

test('objects with other keys than the one before are renamed as any', () => {
  const rename = objectRenaming((name) =>
    Object.hasOwn(names, name) ? (names[name] ?? null) : name,
  )
  const cases: ReadonlyArray<readonly [given: string, expected: string]> = [
    ['{}', '{}'],
    ['{"a":1,"gone":2,"c":3}', '{"b":1,"c":3}'],
    ['{"a":4,"gone":5,"c":6}', '{"b":4,"c":6}'],
    ['{"a":7,"gone":8}', '{"b":7}'],
    ['{"a":7,"gone":8,"c":9,"d":10}', '{"b":7,"c":9,"d":10}'],
    ['{"b":1,"a":2}', '{"b":2}'],
    ['{"a":1,"b":2}', '{"b":2}'],
    ['{"x":1,"7":2}', '{"7":2,"x":1}'],
    ['{"p":1,"a":2}', '{"__proto__":1,"b":2}'],
    ['{"p":3,"a":4}', '{"__proto__":3,"b":4}'],
    ['{"__proto__":5}', '{"__proto__":5}'],
    ['{}', '{}'],
    ['{"gone":1}', '{}'],
  ]
  for (const [given, expected] of cases) {
    assert.equal(JSON.stringify(rename(JSON.parse(given))), expected, given)
  }
})
