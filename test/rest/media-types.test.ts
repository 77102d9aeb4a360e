import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptsJson, hasReadableAccept, jsonTypeFor } from '../../src/rest/media-types.ts'

const answered: ReadonlyArray<[accept: string, contentType: string]> = [
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/json;q=0.3;v=2', 'application/json;v=2'],
  ['application/json ; Charset = "UTF-8"', 'application/json;charset=utf-8'],
  ['application/json;a="b, c"', 'application/json;a="b, c"'],
  ['*/*, application/json;charset=utf-8', 'application/json;charset=utf-8'],
  ['application/json;v=1;q=0.5, application/*', 'application/json'],
]
for (const [accept, contentType] of answered) {
  test(`who accepts ${accept} gets ${contentType}`, () => {
    assert.ok(acceptsJson({ accept }))
    assert.equal(jsonTypeFor({ accept }), contentType)
  })
}

for (const accept of [
  `a/b${'; '.repeat(4000)}!`,
  `a/b${' ;'.repeat(4000)}"`,
  `a/b${';c = d '.repeat(1000)}=`,
  '"'.repeat(8001),
  `${'a/b;c="'.repeat(1000)},`,
]) {
  test(`${accept.slice(0, 12)}… can't be read, which is found at once`, () => {
    const startMs = performance.now()
    assert.equal(hasReadableAccept({ accept }), false)
    assert.ok(performance.now() - startMs < 500)
  })
}
