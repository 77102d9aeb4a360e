import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { frame } from '../../../src/cli/quickstart/frame.ts'
import { LatestLines } from '../../../src/cli/quickstart/latest-lines.ts'
import type { Mover, Snapshot, Station } from '../../../src/cli/quickstart/meter.ts'
import { sampleLine } from '../../../src/cli/quickstart/samples.ts'
import { textWidth } from '../../../src/cli/quickstart/text-width.ts'

const place = {
  folder: '/tmp/millrace-AbC123',
  logFile: '/tmp/millrace-AbC123/millrace.log',
  brokerPort: 9092,
  restPort: 8083,
}

function station(count: number, text = sampleLine): Station {
  const latest = new LatestLines()
  for (let number = 1; number <= count; number++) latest.push(number, text(number))
  return { count, perSecond: 1, latest }
}

function mover(name: string, change: Partial<Mover> = {}): Mover {
  return { name, state: 'RUNNING', error: null, lag: 0, ...change }
}

function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    elapsedMs: 62_000,
    memoryBytes: 130e6,
    input: station(30),
    source: mover('file-to-topic'),
    topic: station(30),
    sink: mover('topic-to-file'),
    output: station(30),
    ...change,
  }
}

function shown(
  what: Snapshot,
  size: { readonly columns?: number; readonly rows?: number; readonly unicode?: boolean } = {},
  problem: string | null = null,
): readonly string[] {
  const canvas = { columns: 80, rows: 24, colors: true, unicode: true, ...size }
  return frame(what, place, problem, canvas).map(stripVTControlCharacters)
}

for (const [columns, rows] of [
  [60, 20],
  [72, 18],
  [77, 24],
  [78, 24],
  [80, 24],
  [80, 25],
  [120, 40],
  [300, 100],
] as const) {
  test(`the view fits into ${columns} columns and ${rows} rows, whatever is in it`, () => {
    const wide = (number: number) => `${number} 日本 👩‍👩‍👧 ${'\t\x1b[31m\u202ex'.repeat(30)}`
    const views = [
      snapshot(),
      snapshot({ topic: station(0), output: station(0) }),
      snapshot({ topic: station(123_456, wide), source: mover('a', { lag: 123_456_789_012 }) }),
      snapshot({ sink: mover('topic-to-file', { state: 'FAILED', error: wide(1) }) }),
      snapshot({ sink: mover('topic-to-file', { state: 'RESTARTING', lag: 1e12 }) }),
      snapshot({ sink: mover('topic-to-file', { state: 'GONE', lag: null }) }),
    ]
    for (const view of views) {
      const lines = shown(view, { columns, rows })
      assert.ok(lines.length <= rows)
      assert.deepEqual(
        lines.filter((line) => textWidth(line) > columns),
        [],
      )
      assert.match(lines.at(-1) ?? '', /Ctrl-C or q stops/)
    }
  })
}

test('a long failure takes two rows', () => {
  const error = `the disk is full ${'and so is the cup '.repeat(20)}`
  const failed = snapshot({ sink: mover('topic-to-file', { state: 'FAILED', error }) })
  const [first = '', second = ''] = shown(failed).slice(-3)
  assert.match(first, /^ topic-to-file: the disk is full and so .* so is +$/)
  assert.match(second, /^ the cup and so is .*…$/)
})

test('a small terminal shows the top left of the view', () => {
  const lines = shown(snapshot(), { columns: 20, rows: 8 })
  assert.equal(lines.length, 8)
  assert.match(lines[1] ?? '', /^┌─ lines.txt ┐/)
})

test('records fill a high terminal, half of it for the topic', () => {
  const lines = shown(snapshot(), { rows: 40 })
  assert.equal(lines.length, 40)
  assert.equal(lines.filter((line) => /^ +\d+ {3}order \d+/.test(line)).length, 22)
})

test('the warning or failure is told, a failure before a warning', () => {
  const warning = '12:00:00.000 WARN  something is odd'
  assert.ok(shown(snapshot(), {}, warning).includes(` ${warning.padEnd(78)}`))
  const failed = snapshot({ sink: mover('topic-to-file', { state: 'FAILED', error: 'disk full' }) })
  const lines = shown(failed, {}, warning).map((line) => line.trim())
  assert.ok(lines.includes('topic-to-file: disk full'))
  assert.ok(!lines.includes(warning))
})

for (const columns of [60, 80, 100]) {
  test(`commands that are too long for ${columns} columns can still be copied`, () => {
    const folder = `/var/folders/${'zz/zyxvpxvq6csfxvn_n'.repeat(5)}/T/millrace-AbC123`
    const canvas = { columns, rows: 40, colors: false, unicode: true }
    const lines = frame(snapshot(), { ...place, folder, brokerPort: 45_678 }, null, canvas)
    const start = lines.findIndex((line) => line.includes('second terminal')) + 1
    const text = lines.slice(start, -1).join('\n').replaceAll('\\\n', '')
    assert.deepEqual(
      text.split('\n').map((line) => line.trim().split(/ +/).join(' ')),
      [
        `echo hello >> ${folder}/lines.txt`,
        'bin/millrace consume lines --from-beginning --bootstrap-server localhost:45678',
        'curl -X PUT http://localhost:8083/connectors/topic-to-file/pause',
        'kcat -b localhost:45678 -t lines -C',
      ],
    )
    assert.ok(lines.every((line) => line.length <= columns))
  })
}
