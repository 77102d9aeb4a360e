import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { consume } from '../../helpers/consume.ts'
import { eventually } from '../../helpers/eventually.ts'
import { root } from '../../helpers/sources.ts'
import { noTerminal, startOnTerminal, type Terminal } from '../../helpers/terminal.ts'
import { temporaryFolder } from '../../helpers/worker.ts'

if (noTerminal !== null) console.log(`NOT TESTED, the live quickstart: ${noTerminal}`)
const skip = noTerminal ?? false

/** Stays out of the way of a machine that is busy with other tests. */
const PATIENCE_MS = 60_000

interface Quickstart {
  readonly terminal: Terminal
  /** Where it keeps its files: TMPDIR. */
  readonly files: string
  readonly url: string
  readonly bootstrap: string
  /** The sample file. */
  readonly input: string
  /** Waits for it. @returns What its groups match. */
  shows(pattern: RegExp): Promise<readonly string[]>
}

async function startQuickstart(
  t: TestContext,
  size = { columns: 80, rows: 24 },
  env: Readonly<Record<string, string>> = {},
): Promise<Quickstart> {
  const folder = temporaryFolder()
  const start = performance.now()
  const terminal = await startOnTerminal(`${join(root, 'bin/millrace')} quickstart`, {
    ...size,
    env: { TMPDIR: folder.path, LANG: 'C.UTF-8', NO_COLOR: '', ...env },
  })
  t.after(async () => {
    if (existsSync(`/proc/${terminal.pid}`)) process.kill(terminal.pid, 'SIGKILL')
    await terminal.ended
    folder.remove()
  })
  const shows = async (pattern: RegExp) => {
    let groups: readonly string[] = []
    const ended = terminal.ended.then((code) => assert.fail(`it has ended with ${code}`))
    const seen = eventually(`${pattern}`, PATIENCE_MS, () => {
      const match = pattern.exec(terminal.screen().join('\n'))
      groups = match?.slice(1) ?? []
      return match !== null
    })
    await Promise.race([seen, ended]).catch((cause) => {
      throw new Error(`the terminal shows\n${terminal.written()}`, { cause })
    })
    return groups
  }
  await shows(/Ctrl-C or q stops/)
  t.diagnostic(`view after ${Math.round(performance.now() - start)} ms`)
  const text = terminal
    .screen()
    .join('\n')
    .replaceAll(/ \\\n */g, ' ')
  const find = (pattern: RegExp) => pattern.exec(text)?.[1] ?? assert.fail(text)
  return {
    terminal,
    files: folder.path,
    url: find(/REST (http:\S+)/),
    bootstrap: find(/Kafka (localhost:\d+)/),
    input: join(folder.path, readdirSync(folder.path)[0] ?? '', 'lines.txt'),
    shows,
  }
}

/** What is written when the cursor is to be seen again and the view is gone. */
function afterTheView(terminal: Terminal): string {
  const [, after] = terminal.written().split('\x1b[?25h\x1b[?1049l')
  return after ?? assert.fail('the terminal was not given back')
}

/** All of it is one process, so that its ports are free again as well. */
function assertNothingLeft({ terminal, files }: Quickstart): void {
  assert.ok(!existsSync(`/proc/${terminal.pid}`))
  assert.deepEqual(readdirSync(files), [])
}

test('the view shows what goes through, and what to try', { skip }, async (t) => {
  const quickstart = await startQuickstart(t)
  // More than the ten that there are at first.
  const grown = '(?:1[1-9]|[2-9]\\d|\\d{3,})'
  await quickstart.shows(new RegExp(`│ ${grown} lines .* │ ${grown} records .* │ ${grown} lines`))
  await quickstart.shows(/RUNNING.* RUNNING/)
  await quickstart.shows(/lag 0 B .* lag 0 /)
  const record = / (\d+) {3}\{"line":"order (\d+): .*","data_source":"quickstart"\}/
  const [offset, order] = await quickstart.shows(record)
  assert.equal(Number(order), Number(offset) + 1)
  const line = / (\d+) {3}\{line=order (\d+): .*, data_source=quickstart\}/
  const [number, copied] = await quickstart.shows(line)
  assert.equal(copied, number)
  await quickstart.shows(/bin\/millrace consume lines --from-beginning/)
  await quickstart.shows(/kcat -b localhost:\d+ -t lines -C/)
  const [first] = quickstart.terminal.screen()
  assert.match(first ?? '', /^ Millrace quickstart +up \d:\d\d · \d+ MB with its broker$/)
})

test('a second terminal can join in', { skip }, async (t) => {
  const { url, bootstrap, input, shows } = await startQuickstart(t)
  appendFileSync(input, 'hello from outside\n')
  await shows(/▸ \{"line":"hello from outside","data_source":"quickstart"\}/)
  await shows(/▸ \{line=hello from outside, data_source=quickstart\}/)
  // It stays, whatever else comes after it.
  await shows(/▸ \{line=hello from .*\n.*\n +(?:1[5-9]|[2-9]\d|\d{3,}) /)

  const [record] = await consume(bootstrap, 'lines', 1)
  assert.equal(record, '{"line":"order 1: 2 cappuccino","data_source":"quickstart"}')

  const connectors = await fetch(`${url}/connectors`)
  assert.deepEqual(await connectors.json(), ['file-to-topic', 'topic-to-file'])
  await fetch(`${url}/connectors/topic-to-file/pause`, { method: 'PUT' })
  await shows(/RUNNING.* PAUSED.*lag [1-9].*\/connectors\/topic-to-file\/resume/s)
  await fetch(`${url}/connectors/topic-to-file/resume`, { method: 'PUT' })
  await shows(/RUNNING.* RUNNING.*lag 0 .*\/connectors\/topic-to-file\/pause/s)
  await fetch(`${url}/connectors/file-to-topic`, { method: 'DELETE' })
  await shows(/GONE.* RUNNING/)
})

for (const [name, key] of [
  ['Ctrl-C', '\x03'],
  ['q', 'q'],
] as const) {
  test(`${name} ends it, gives the terminal back and leaves nothing`, { skip }, async (t) => {
    const quickstart = await startQuickstart(t)
    const { terminal } = quickstart
    const start = performance.now()
    terminal.type(key)
    assert.equal(await terminal.ended, 0)
    t.diagnostic(`ended after ${Math.round(performance.now() - start)} ms`)
    assert.match(afterTheView(terminal), /^Millrace quickstart ran for 0:\d\d: \d+ records in the /)
    assertNothingLeft(quickstart)
  })
}

test('SIGINT, SIGTERM and SIGHUP end it and leave nothing', { skip }, async (t) => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const ends = signals.map(async (signal) => {
    const quickstart = await startQuickstart(t)
    process.kill(quickstart.terminal.pid, signal)
    assert.equal(await quickstart.terminal.ended, 0)
    assertNothingLeft(quickstart)
  })
  await Promise.all(ends)
})

test('the view follows the size of the terminal', { skip }, async (t) => {
  const { terminal, shows } = await startQuickstart(t)
  for (const [columns, rows] of [
    [120, 40],
    [60, 20],
  ] as const) {
    terminal.resize(columns, rows)
    await shows(new RegExp(`^ ?Millrace quickstart +.{${columns - 50},}`))
    await eventually('all rows at the new size', PATIENCE_MS, () => {
      const screen = terminal.screen()
      return screen.length <= rows && screen.every((row) => row.length <= columns)
    })
  }
  await shows(/^┌─ lines.txt ┐ {9}┌─ lines ────┐ {9}┌─ copy.txt ─┐$/m)
  await shows(/Ctrl-C or q stops/)
})

test('it is plain where colours or Unicode are not wanted', { skip }, async (t) => {
  const env = { NO_COLOR: '1', LC_ALL: 'C' }
  const { terminal, shows } = await startQuickstart(t, { columns: 80, rows: 24 }, env)
  await shows(/\+- lines.txt --\+/)
  assert.match(terminal.screen().join(''), /^[ -~]+$/)
  assert.ok(!terminal.written().includes('\x1b[1m'))
})

test('a crash gives the terminal back and tells why', { skip }, async (t) => {
  const crash = "process.once('SIGUSR2',()=>{throw new Error('the mill is on fire')})"
  const env = { NODE_OPTIONS: `--import="data:text/javascript,${crash}"` }
  const quickstart = await startQuickstart(t, undefined, env)
  const { terminal } = quickstart
  process.kill(terminal.pid, 'SIGUSR2')
  assert.equal(await terminal.ended, 2)
  assert.match(
    afterTheView(terminal),
    /INFO {2}Stopped \(Worker\)\r\n.* ERROR Unexpected: the mill is on fire .*\r\n +at .*\r\nmillrace quickstart: the mill is on fire\r\n$/s,
  )
  assertNothingLeft(quickstart)
})
