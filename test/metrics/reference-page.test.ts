import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { referenceSections } from './reference-sections.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/metrics.md'), 'utf8')

for (const section of referenceSections()) {
  test(`the page has ${section.split('\n', 1)[0]?.slice(4)}`, () => {
    assert.ok(page.includes(`${section}\n`), `add to docs/reference/metrics.md:\n\n${section}\n`)
  })
}

test('the page has no other table of MBeans', () => {
  assert.equal(page.match(/^### kafka\./gm)?.length, referenceSections().length)
})
