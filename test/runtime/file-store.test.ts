import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openFileOffsetStore } from '../../src/runtime/offsets/file-store.ts'
import { decodeOffsetFile, encodeOffsetFile } from '../../src/runtime/offsets/offset-file-format.ts'
import { MemoryLogger } from './fakes.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-offsets-'))
after(() => rmSync(folder, { recursive: true }))
const path = (name: string) => join(folder, name)
const logger = new MemoryLogger()

test('offsets survive, those of other connectors and unknown entries too', async () => {
  const file = path('survive.offsets')
  const foreign = { key: Buffer.from('not ours'), value: Buffer.from([0, 255]) }
  writeFileSync(file, encodeOffsetFile([foreign]))
  const first = await openFileOffsetStore(file, logger)
  await first.write('a', [[{ file: 'x' }, { position: 1 }]])
  await first.write('b', [[{ file: 'x' }, { position: 2 }]])
  await first.close()
  const second = await openFileOffsetStore(file, logger)
  assert.deepEqual(await second.read('a', [{ file: 'x' }, { file: 'y' }]), [{ position: 1 }, null])
  assert.deepEqual(await second.read('b', [{ file: 'x' }]), [{ position: 2 }])
  const { entries } = decodeOffsetFile(readFileSync(file))
  assert.deepEqual(entries[0], foreign)
  assert.deepEqual(readdirSync(folder), ['survive.offsets'])
})

test('a removed offset is gone for readers and lists', async () => {
  const store = await openFileOffsetStore(path('removed.offsets'), logger)
  await store.write('c', [
    [{ file: 'x' }, { position: 1 }],
    [{ file: 'y' }, { position: 1 }],
  ])
  await store.write('c', [[{ file: 'x' }, null]])
  assert.deepEqual(await store.partitions('c'), [{ file: 'y' }])
  assert.deepEqual(await store.read('c', [{ file: 'x' }]), [null])
})

test('writes at the same time all end durable', async () => {
  const file = path('many.offsets')
  const store = await openFileOffsetStore(file, logger)
  await Promise.all(
    Array.from({ length: 50 }, (_, task) => store.write(`c${task}`, [[{ task }, { task }]])),
  )
  assert.equal(decodeOffsetFile(readFileSync(file)).entries.length, 50)
})

test('a missing or empty file is a start without offsets', async () => {
  writeFileSync(path('empty.offsets'), '')
  for (const name of ['missing.offsets', 'empty.offsets']) {
    const store = await openFileOffsetStore(path(name), logger)
    assert.deepEqual(await store.partitions('c'), [])
  }
})

test('something else than an offset file is refused, by its name and what it is', async () => {
  writeFileSync(path('garbage.offsets'), 'garbage')
  await assert.rejects(openFileOffsetStore(path('garbage.offsets'), logger), {
    code: 'CONNECT_FAILED',
    message: /garbage\.offsets.*invalid stream header: 67617262/,
  })
  mkdirSync(path('folder'))
  await assert.rejects(openFileOffsetStore(path('folder'), logger), { message: /folder.*EISDIR/ })
})

test('an empty name is the working folder, and so no file', async () => {
  await assert.rejects(openFileOffsetStore('', logger), { message: /can't be read: EISDIR/ })
})

test('a file that was cut short is used as far as it goes, and the log says so', async () => {
  const entry = { key: Buffer.from('["c",{"f":1}]'), value: Buffer.from('{"p":1}') }
  const bytes = encodeOffsetFile([entry, { ...entry, key: Buffer.from('["c",{"f":2}]') }])
  writeFileSync(path('cut.offsets'), bytes.subarray(0, bytes.length - 4))
  const log = new MemoryLogger()
  const store = await openFileOffsetStore(path('cut.offsets'), log)
  assert.deepEqual(await store.partitions('c'), [{ f: 1 }])
  assert.ok(log.has('warn', /cut\.offsets ends early/))
})

test('a failed write rejects with the path, and the next one has everything', async () => {
  const file = path('gone/sub.offsets')
  const store = await openFileOffsetStore(file, logger)
  await assert.rejects(store.write('a', [[{ f: 1 }, { p: 1 }]]), { message: /gone\/sub\.offsets/ })
  mkdirSync(path('gone'))
  await store.write('b', [[{ f: 1 }, { p: 2 }]])
  assert.equal(decodeOffsetFile(readFileSync(file)).entries.length, 2)
})

test('links are followed and the rights of the file stay', async () => {
  const real = path('real.offsets')
  writeFileSync(real, '', { mode: 0o600 })
  chmodSync(real, 0o600)
  symlinkSync(real, path('link.offsets'))
  const store = await openFileOffsetStore(path('link.offsets'), logger)
  await store.write('c', [[{ f: 1 }, { p: 1 }]])
  assert.equal(statSync(real).mode & 0o777, 0o600)
  assert.equal(decodeOffsetFile(readFileSync(real)).entries.length, 1)
})
