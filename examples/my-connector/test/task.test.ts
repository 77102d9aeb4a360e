import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Logger, noPluginMetrics, type SourceMap } from 'millrace/sdk'
import { LineSourceTask } from '../src/task.ts'

const { signal } = new AbortController()

function fileWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'my-connector-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'in.txt'), text)
  return join(folder, 'in.txt')
}

/** A started task; `committed` is the offset that the worker kept for each of its files. */
async function startTask(
  t: TestContext,
  files: readonly string[],
  committed: SourceMap | null = null,
): Promise<LineSourceTask> {
  const ignore = () => {}
  const log: Logger = {
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    named: () => log,
    within: () => log,
  }
  const task = new LineSourceTask()
  task.initialize({
    log,
    configs: async () => ({}),
    transactions: null,
    pluginMetrics: () => noPluginMetrics,
    offsets: {
      offset: async () => committed,
      offsets: async (partitions) => partitions.map(() => committed),
    },
  })
  await task.start({ files, topic: 'lines' })
  t.after(() => task.stop())
  return task
}

test('each line is a record with the position behind it', async (t) => {
  const file = fileWith(t, 'one\nzwölf\nunfinished')
  const task = await startTask(t, [file])
  const records = await task.poll(signal)
  assert.deepEqual(
    records?.map(({ topic, value, sourcePartition, sourceOffset }) => ({
      topic,
      value,
      sourcePartition,
      sourceOffset,
    })),
    [
      { topic: 'lines', value: 'one', sourcePartition: { file }, sourceOffset: { position: 4 } },
      { topic: 'lines', value: 'zwölf', sourcePartition: { file }, sourceOffset: { position: 11 } },
    ],
  )
  appendFileSync(file, ' no more\n')
  assert.equal((await task.poll(signal))?.[0]?.value, 'unfinished no more')
})

test('a task starts at the committed position', async (t) => {
  const task = await startTask(t, [fileWith(t, 'one\ntwo\n')], { position: 4 })
  assert.deepEqual(
    (await task.poll(signal))?.map(({ value }) => value),
    ['two'],
  )
})

test('a line that is longer than a chunk arrives whole', async (t) => {
  const long = 'x'.repeat(300_000)
  const task = await startTask(t, [fileWith(t, `${long}\n`)])
  assert.equal((await task.poll(signal))?.[0]?.value, long)
})

test('a file that is not there fails the start and is named', async (t) => {
  await assert.rejects(startTask(t, ['/no/such/file']), /Can't read \/no\/such\/file: ENOENT/)
})
