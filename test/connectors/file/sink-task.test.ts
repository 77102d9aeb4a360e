import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { FileSinkTask } from '../../../src/connectors/file/sink-task.ts'
import { type ConnectValue, Schema, SinkRecord, Struct } from '../../../src/sdk/index.ts'

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-file-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function record(value: ConnectValue, topic = 'topic1', valueSchema: Schema | null = null) {
  return new SinkRecord({ topic, partition: 0, offset: 0, value, valueSchema })
}

test('each value is a line, whatever its topic; what is there stays', async (t) => {
  const file = join(temporaryFolder(t), 'out.txt')
  for (const restart of [1, 2]) {
    const task = new FileSinkTask()
    await task.start({ file })
    await task.put([record(`line1 of ${restart}`)])
    await task.put([])
    await task.put([record('zwei ä🚀'), record('line3', 'topic2')])
    await task.stop()
  }
  assert.equal(
    readFileSync(file, 'utf8'),
    'line1 of 1\nzwei ä🚀\nline3\nline1 of 2\nzwei ä🚀\nline3\n',
  )
})

test('other values have the text form of the reference', async (t) => {
  const file = join(temporaryFolder(t), 'out.txt')
  const schema = new Schema({
    type: 'STRUCT',
    fields: [
      { name: 'a', index: 0, schema: new Schema({ type: 'INT32' }) },
      { name: 'b', index: 1, schema: new Schema({ type: 'FLOAT64' }) },
    ],
  })
  const task = new FileSinkTask()
  await task.start({ file })
  await task.put([
    record(null),
    record(10_000_000_000, 't', new Schema({ type: 'FLOAT64' })),
    record({ k: [1, 'z'] }),
    record(new Struct(schema).put('a', 1).put('b', 2), 't', schema),
    record('\ud83d lone'),
  ])
  await task.stop()
  assert.equal(readFileSync(file, 'utf8'), 'null\n1.0E10\n{k=[1, z]}\nStruct{a=1,b=2.0}\n? lone\n')
})

test('a file that can not be made fails the start and is named', async (t) => {
  const file = join(temporaryFolder(t), 'no/such/folder/out.txt')
  await assert.rejects(new FileSinkTask().start({ file }), (error: Error) => {
    return error.message.startsWith(
      `Couldn't find or create file '${file}' for FileStreamSinkTask: ENOENT`,
    )
  })
})

test('a full disk fails the put, so that nothing is committed', {
  skip: process.platform !== 'linux' && '/dev/full is a device of Linux',
}, async () => {
  const task = new FileSinkTask()
  await task.start({ file: '/dev/full' })
  await assert.rejects(task.put([record('x')]), {
    code: 'CONNECT_FAILED',
    message: /Couldn't write 1 lines to \/dev\/full: ENOSPC/,
  })
  await task.stop()
})

test('without a file the lines go to standard output; a closed pipe is an error of the put', async () => {
  const printed: string[] = []
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      printed.push(String(chunk))
      done(printed.length === 1 ? null : new Error('write EPIPE'))
    },
  })
  const task = new FileSinkTask(stdout)
  await task.start({ file: null })
  await task.put([record('one'), record('two')])
  await assert.rejects(task.put([record('three')]), {
    message: "Couldn't write 1 lines to standard output: write EPIPE",
  })
  await task.stop()
  assert.deepEqual(printed, ['one\ntwo\n', 'three\n'])
})
