import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { fileSourceConfig } from '../../../src/connectors/file/source-connector.ts'
import { FileSourceTask } from '../../../src/connectors/file/source-task.ts'
import { type SourceMap, systemClock } from '../../../src/sdk/index.ts'
import { sleeplessClock, startSource } from '../contexts.ts'

interface Source {
  readonly path: string
  readonly log: string[]
  /** Values with the positions after them; null when the poll gave none. */
  poll(): Promise<Array<[unknown, unknown]> | null>
}

interface Options {
  readonly content?: string | Buffer
  readonly offset?: SourceMap
  readonly props?: Readonly<Record<string, string>>
  readonly path?: string
}

async function source(t: TestContext, options: Options = {}): Promise<Source> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-file-'))
  const path = options.path ?? join(folder, 'in.txt')
  if (options.content !== undefined) writeFileSync(path, options.content)
  const task = new FileSourceTask(sleeplessClock())
  const props = { file: path, topic: 'lines', ...options.props }
  t.after(async () => {
    await task.stop()
    rmSync(folder, { recursive: true })
  })
  const log = await startSource(task, fileSourceConfig, props, options.offset)
  return {
    path,
    log,
    async poll() {
      const records = await task.poll(new AbortController().signal)
      return (
        records?.map(({ value, sourceOffset }) => [value, sourceOffset?.['position'] ?? null]) ??
        null
      )
    },
  }
}

/** The first values of several polls. */
async function polled(poll: Source['poll'], count: number): Promise<unknown[]> {
  const values: unknown[] = []
  for (let polls = 0; polls < 10 && values.length < count; polls++) {
    for (const [value] of (await poll()) ?? []) values.push(value)
  }
  return values
}

test('lines of every ending, an unfinished line and a last \\r wait for what follows', async (t) => {
  const { path, poll } = await source(t, { content: '' })
  assert.equal(await poll(), null)
  appendFileSync(path, 'partial line')
  assert.equal(await poll(), null)
  appendFileSync(path, ' finished\n')
  assert.deepEqual(await poll(), [['partial line finished', 22]])
  appendFileSync(path, 'line1\rline2\r\nline3\nline4\n\r')
  assert.deepEqual(await poll(), [
    ['line1', 28],
    ['line2', 35],
    ['line3', 41],
    ['line4', 47],
  ])
  appendFileSync(path, 'subsequent text')
  assert.deepEqual(await poll(), [['', 48]])
})

test('a \\r\\n that arrives in two pieces ends one line', async (t) => {
  const { path, poll } = await source(t, { content: 'one\r' })
  assert.equal(await poll(), null)
  appendFileSync(path, '\ntwo\r\n')
  assert.deepEqual(await poll(), [
    ['one', 5],
    ['two', 10],
  ])
})

test('a record has the topic, the schema, the time and the file, and no key', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-file-'))
  const file = join(folder, 'in.txt')
  writeFileSync(file, 'x\n')
  const task = new FileSourceTask(sleeplessClock())
  await startSource(task, fileSourceConfig, { file, topic: 'lines' })
  t.after(async () => {
    await task.stop()
    rmSync(folder, { recursive: true })
  })
  const [record] = (await task.poll(new AbortController().signal)) ?? []
  assert.equal(record?.topic, 'lines')
  assert.equal(record?.valueSchema?.type, 'STRING')
  assert.equal(record?.valueSchema?.optional, false)
  assert.equal(record?.timestamp, 1_700_000_000_000)
  assert.deepEqual(record?.sourcePartition, { filename: file })
  assert.equal(record?.key, null)
  assert.equal(record?.keySchema, null)
  assert.equal(record?.partition, null)
})

test('batch.size limits a poll, and the next poll goes on at once', async (t) => {
  const { poll } = await source(t, { content: 'a\nb\nc\nd\ne\n', props: { 'batch.size': '2' } })
  assert.deepEqual(await poll(), [
    ['a', 2],
    ['b', 4],
  ])
  assert.deepEqual(await poll(), [
    ['c', 6],
    ['d', 8],
  ])
  assert.deepEqual(await poll(), [['e', 10]])
  assert.equal(await poll(), null)
})

test('a poll is filled across reads: 10,000 lines of 96 characters come in two polls of 5,000', async (t) => {
  const { poll } = await source(t, {
    content: `${'x'.repeat(96)}\n`.repeat(10_000),
    props: { 'batch.size': '5000' },
  })
  assert.equal((await poll())?.length, 5000)
  const second = await poll()
  assert.equal(second?.length, 5000)
  assert.deepEqual(second?.at(-1), ['x'.repeat(96), 970_000])
})

test('positions count bytes, so that a restart behind any line goes on exactly there', async (t) => {
  const lines = ['héllo', 'naïve 🚀', '', 'plain', '日本語']
  const content = `${lines.join('\n')}\n`
  const { poll, path } = await source(t, { content })
  const all = await poll()
  assert.deepEqual(
    all?.map(([line]) => line),
    lines,
  )
  assert.equal(all?.at(-1)?.[1], Buffer.byteLength(content))
  for (const [index, [, position]] of (all ?? []).slice(0, -1).entries()) {
    const resumed = await source(t, { path, offset: { position: Number(position) } })
    assert.deepEqual(
      (await resumed.poll())?.map(([line]) => line),
      lines.slice(index + 1),
    )
  }
})

test('bytes that are no UTF-8 become U+FFFD and count as themselves', async (t) => {
  const { poll } = await source(t, {
    content: Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0a, 0xe2, 0x82, 0x0a, 0x42, 0x0a]),
  })
  assert.deepEqual(await poll(), [
    ['\ufffd\ufffd\0A', 5],
    ['\ufffd', 8],
    ['B', 10],
  ])
})

test('a line of 10 MB between short ones', async (t) => {
  const long = 'abcdefghij'.repeat(1_000_000)
  const { poll } = await source(t, { content: `short\n${long}\nshort again\n` })
  const lines = await polled(poll, 3)
  assert.ok(lines[1] === long)
  assert.deepEqual([lines[0], lines[2]], ['short', 'short again'])
})

test('a position of the reference as bigint is taken; other types fail', async (t) => {
  const { poll } = await source(t, { content: 'one\ntwo\n', offset: { position: 4n } })
  assert.deepEqual(await poll(), [['two', 8]])
  await assert.rejects(source(t, { offset: { position: '4' } }), {
    code: 'CONNECT_FAILED',
    message: /Offset position is the incorrect type/,
  })
})

test('a missing file is waited for, with one warning', async (t) => {
  const { path, log, poll } = await source(t)
  assert.equal(await poll(), null)
  assert.equal(await poll(), null)
  assert.deepEqual(log, [
    `warn Couldn't find file ${path} for FileStreamSourceTask, sleeping to wait for it to be created`,
  ])
  writeFileSync(path, 'here\n')
  assert.deepEqual(await poll(), [['here', 5]])
})

test('a folder in place of the file fails and names it', async (t) => {
  const { path, poll } = await source(t)
  mkdirSync(path)
  await assert.rejects(poll(), {
    code: 'CONNECT_FAILED',
    message: `Couldn't read file ${path} for FileStreamSourceTask: it is a directory, not a file`,
  })
})

test('a file that can not be read fails and names it', async (t) => {
  // A file as a folder of the path: refused for root too, unlike a missing permission.
  const { path, poll } = await source(t, { path: join(import.meta.filename, 'in.txt') })
  await assert.rejects(poll(), (error: Error) => {
    return error.message.startsWith(`Couldn't read file ${path}`) && /ENOTDIR/.test(error.message)
  })
})

test('a truncated file is read from its start, and an unfinished line is given', async (t) => {
  const { path, log, poll } = await source(t, { content: 'one\ntwo\nrest' })
  assert.deepEqual(await poll(), [
    ['one', 4],
    ['two', 8],
  ])
  truncateSync(path)
  assert.deepEqual(await poll(), [['rest', 12]])
  appendFileSync(path, 'three\n')
  assert.deepEqual(await poll(), [['three', 6]])
  assert.deepEqual(log, [
    `warn ${path} was truncated to 0 bytes after 12 bytes were read: reading from its start`,
  ])
})

test('a file that is shorter than the committed position is read from its start', async (t) => {
  const { path, log, poll } = await source(t, { content: 'new\n', offset: { position: 100 } })
  assert.deepEqual(await poll(), [['new', 4]])
  assert.deepEqual(log, [
    `warn ${path} has 4 bytes, so it was truncated after 100 bytes were read: reading from its start`,
  ])
})

test('a replaced file is read from its start, after the rest of the old one', async (t) => {
  const { path, log, poll } = await source(t, { content: 'old\n' })
  assert.deepEqual(await poll(), [['old', 4]])
  appendFileSync(path, 'rest of old\nunfinished')
  writeFileSync(`${path}.next`, 'new and longer than the old one ever was\n')
  renameSync(`${path}.next`, path)
  assert.deepEqual(await polled(poll, 3), [
    'rest of old',
    'unfinished',
    'new and longer than the old one ever was',
  ])
  assert.deepEqual(log, [
    `warn ${path} was replaced by another file after 26 bytes were read: reading from its start`,
  ])
})

test('a removed file is waited for, and read from its start when it is back', async (t) => {
  const { path, log, poll } = await source(t, { content: 'one\n' })
  assert.deepEqual(await poll(), [['one', 4]])
  unlinkSync(path)
  assert.equal(await poll(), null)
  assert.equal(await poll(), null)
  assert.deepEqual(log, [`warn ${path} was removed, waiting for it to be created`])
  writeFileSync(path, 'two\n')
  assert.deepEqual(await poll(), [['two', 4]])
})

test('without a file the lines come from standard input, and there is no offset', async (t) => {
  const stdin = new PassThrough()
  const task = new FileSourceTask(systemClock, stdin)
  await startSource(task, fileSourceConfig, { file: ' ', topic: 'lines' })
  t.after(() => task.stop())
  stdin.write('line\nlast')
  const [record] = (await task.poll(new AbortController().signal)) ?? []
  assert.equal(record?.value, 'line')
  assert.deepEqual(record?.sourcePartition, { filename: null })
  assert.deepEqual(record?.sourceOffset, { position: null })
  stdin.end()
  const [last] = (await task.poll(new AbortController().signal)) ?? []
  assert.equal(last?.value, 'last')
})

test('a poll that waits ends when its signal aborts', async (t) => {
  const task = new FileSourceTask(systemClock, new PassThrough())
  await startSource(task, fileSourceConfig, { topic: 'lines' })
  t.after(() => task.stop())
  const stop = new AbortController()
  const startedMs = performance.now()
  const waiting = task.poll(stop.signal)
  stop.abort()
  assert.equal(await waiting, null)
  assert.ok(performance.now() - startedMs < 500)
})

test('standard input that can not be read fails the task', async (t) => {
  const stdin = new PassThrough()
  const task = new FileSourceTask(sleeplessClock(), stdin)
  await startSource(task, fileSourceConfig, { topic: 'lines' })
  t.after(() => task.stop())
  stdin.destroy(new Error('read EIO'))
  await new Promise((resolve) => stdin.once('close', resolve))
  await assert.rejects(task.poll(new AbortController().signal), {
    code: 'CONNECT_FAILED',
    message: "Couldn't read standard input: read EIO",
  })
})

test('a named pipe is read while there are writers', {
  skip: process.platform === 'win32' && 'there are no named pipes in the file system',
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-file-'))
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const task = new FileSourceTask(sleeplessClock())
  await startSource(task, fileSourceConfig, { file: path, topic: 'lines' })
  t.after(async () => {
    await task.stop()
    rmSync(folder, { recursive: true })
  })
  const { signal } = new AbortController()
  assert.equal(await task.poll(signal), null)
  appendFileSync(path, 'one\ntwo\n')
  assert.deepEqual(
    (await task.poll(signal))?.map(({ value }) => value),
    ['one', 'two'],
  )
  assert.equal(await task.poll(signal), null)
})
