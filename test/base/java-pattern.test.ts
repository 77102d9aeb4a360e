import assert from 'node:assert/strict'
import { test } from 'node:test'
import { javaPattern, javaWholePattern } from '../../src/base/java-pattern.ts'

// Outcomes of java.util.regex.
const cases: ReadonlyArray<[pattern: string, whole: readonly string[], not: readonly string[]]> = [
  ['orders-.*', ['orders-', 'orders-eu'], ['my-orders-eu']],
  ['a|bc', ['a', 'bc'], ['ab', 'abc']],
  ['(?i)topic-[a-c]', ['TOPIC-B', 'topic-a'], ['topic-d']],
  ['a(?i)b|c', ['ab', 'aB', 'C'], ['Ab', 'AC']],
  ['(?i:A)[a-c]', ['ab', 'Ab'], ['AB']],
  ['\\Qa.b\\E+', ['a.b', 'a.bb'], ['axb']],
  ['[a-z&&[^b]]+', ['acz'], ['abc']],
  ['[]a-]+', [']', 'a-]'], ['b']],
  ['[(){}/|.&]+', ['(){}/|.&'], ['x']],
  ['\\p{Alpha}\\p{L}', ['aé'], ['éa']],
  ['[\\p{Upper}\\d]+', ['A1'], ['a', 'É']],
  ['\\P{Lower}', ['A', 'é'], ['a']],
  ['\\p{IsLatin}\\p{IsAlphabetic}', ['éé'], ['1é']],
  ['\\x41\\u0042\\x{43}\\0104', ['ABCD'], ['abcd']],
  ['a\\-b\\_c\\/d', ['a-b_c/d'], ['ab']],
  ['\\h\\S\\R', [' x\r\n', '\tx\n'], ['xx\n']],
  ['(?<n>a)\\k<n>\\1', ['aaa'], ['aa']],
  ['a}b]', ['a}b]'], ['ab']],
  ['\\Aa\\z', ['a'], ['a\n']],
  ['[^-]*+-\\d++', ['orders-12'], ['or-ders-12', 'orders-']],
  ['a?+b*+.{1,2}+c', ['abxyc'], ['axc', 'abc']],
  ['(a)\\11', ['aa1'], ['aa']],
  ['\\Ga.*', ['ab'], ['b']],
]

for (const [pattern, whole, not] of cases) {
  test(`Java pattern ${pattern}`, () => {
    const compiled = javaWholePattern(pattern)
    for (const text of whole) assert.ok(compiled.test(text), `matches ${JSON.stringify(text)}`)
    for (const text of not)
      assert.ok(!compiled.test(text), `does not match ${JSON.stringify(text)}`)
  })
}

test('a pattern is found anywhere unless the whole text is asked for', () => {
  assert.ok(javaPattern('b+').test('abbc'))
  assert.ok(!javaWholePattern('b+').test('abbc'))
})

for (const pattern of [
  '(',
  '[a',
  'a\\',
  '*',
  'a{2',
  '\\p{Nope}',
  '(?:ab)++',
  '\\k<later>(?<later>a)',
  '(?>a)',
  '(?x)a b',
  '\\N{DIGIT ONE}',
]) {
  test(`Java pattern ${pattern} is refused`, () => {
    assert.throws(() => javaPattern(pattern), { code: 'ILLEGAL_ARGUMENT' })
  })
}
