import assert from 'node:assert/strict'
import { test } from 'node:test'
import { javaReplacement } from '../../src/base/java-replacement.ts'

const match = /(?<first>a)(b)?/.exec('a') as RegExpExecArray

const replaced: ReadonlyArray<[replacement: string, text: string]> = [
  ['x$1y', 'xay'],
  [`\${first}!`, 'a!'],
  ['$2-', '-'],
  ['$0', 'a'],
  ['$12', 'a2'],
  ['\\$1\\\\', '$1\\'],
]

for (const [replacement, text] of replaced) {
  test(`${replacement} stands for ${text}`, () => {
    assert.equal(javaReplacement(replacement, match), text)
  })
}

test('what the reference refuses is refused', () => {
  for (const replacement of ['$9', '$', '$x', `\${none}`, `\${open`, 'end\\']) {
    assert.throws(() => javaReplacement(replacement, match), { code: 'ILLEGAL_ARGUMENT' })
  }
})
