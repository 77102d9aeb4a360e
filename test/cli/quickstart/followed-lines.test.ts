import assert from 'node:assert/strict'
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FollowedLines } from '../../../src/cli/quickstart/followed-lines.ts'
import { temporaryFolder } from '../../helpers/worker.ts'

function followed(t: TestContext): { readonly file: string; readonly lines: FollowedLines } {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const file = join(folder.path, 'lines.txt')
  return { file, lines: new FollowedLines(file) }
}

function newest(lines: FollowedLines, count: number): readonly string[] {
  return lines.latest.newest(count).map(({ number, text }) => `${number} ${text}`)
}

test('complete lines are counted, however they come', (t) => {
  const { file, lines } = followed(t)
  lines.read()
  assert.equal(lines.count, 0)
  for (const piece of ['o', 'ne\ntw', 'o\n\nü'.slice(0, 3), 'four', '\n', 'five']) {
    appendFileSync(file, piece)
    lines.read()
  }
  assert.equal(lines.count, 4)
  assert.deepEqual(newest(lines, 10), ['1 one', '2 two', '3 ', '4 four'])
})

test('a character that comes in two parts is whole', (t) => {
  const { file, lines } = followed(t)
  const bytes = Buffer.from('ü\n')
  appendFileSync(file, bytes.subarray(0, 1))
  lines.read()
  appendFileSync(file, bytes.subarray(1))
  lines.read()
  assert.deepEqual(newest(lines, 1), ['1 ü'])
})

test('many and long lines cost no more than what can be shown', (t) => {
  const { file, lines } = followed(t)
  writeFileSync(file, `${'x'.repeat(3_000_000)}\n${'line\n'.repeat(300_000)}`)
  lines.read()
  assert.equal(lines.count, 300_001)
  assert.equal(lines.sizeBytes, 4_500_001)
  assert.deepEqual(newest(lines, 2), ['300000 line', '300001 line'])
})

test('a file that shrinks or goes is followed from its new start', (t) => {
  const { file, lines } = followed(t)
  writeFileSync(file, 'one\ntwo\n')
  lines.read()
  writeFileSync(file, 'new\n')
  lines.read()
  assert.equal(lines.count, 1)
  rmSync(file)
  lines.read()
  assert.deepEqual(newest(lines, 1), ['1 new'])
})
