import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksOf } from '../helpers/page.ts'
import { textOf } from '../helpers/sources.ts'

const page = 'docs/guides/write-a-connector.md'
const shown = blocksOf(page).filter(({ file }) => file !== null)

test('the guide shows the code of the example as it is', () => {
  const other = shown.filter(({ file, text }) => {
    return !textOf(`examples/my-connector/${file}`).includes(text)
  })
  assert.deepEqual(
    other.map(({ file, line }) => `${page}:${line} is not in ${file}`),
    [],
  )
})

test('the guide shows something of every source file of the example', () => {
  const files = new Set(shown.map(({ file }) => file))
  for (const file of ['index', 'connector', 'task', 'upper-case']) {
    assert.ok(files.has(`src/${file}.ts`), file)
  }
})
