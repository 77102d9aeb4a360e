import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceMap } from '../../src/data/record.ts'
import { LayeredOffsetStore } from '../../src/runtime/offsets/layered-offset-store.ts'
import type { SourceOffset, SourceOffsetStore } from '../../src/runtime/offsets/offset-store.ts'
import { offsetsPlace } from '../../src/runtime/offsets/offsets-place.ts'
import { MemoryLogger, settle } from './fakes.ts'

/** Offsets by the text of their partition; tells in `log` what is written. */
class MemoryOffsets implements SourceOffsetStore {
  readonly #offsets = new Map<string, SourceMap>()
  readonly #name: string
  readonly #log: string[]
  refuses: Error | null = null

  constructor(name: string, log: string[], stored: Readonly<Record<string, number>> = {}) {
    this.#name = name
    this.#log = log
    for (const [file, position] of Object.entries(stored)) {
      this.#offsets.set(JSON.stringify({ file }), { position })
    }
  }

  async read(_connector: string, partitions: ReadonlyArray<SourceMap | null>) {
    return partitions.map((partition) => this.#offsets.get(JSON.stringify(partition)) ?? null)
  }

  async write(_connector: string, offsets: readonly SourceOffset[]): Promise<void> {
    if (this.refuses !== null) throw this.refuses
    for (const [partition, offset] of offsets) {
      this.#log.push(`${this.#name} ${partition?.['file']}=${offset?.['position'] ?? null}`)
      if (offset === null) this.#offsets.delete(JSON.stringify(partition))
      else this.#offsets.set(JSON.stringify(partition), offset)
    }
  }

  async partitions(): Promise<readonly SourceMap[]> {
    return Array.from(this.#offsets.keys(), (text) => JSON.parse(text))
  }

  async close(): Promise<void> {
    this.#log.push(`${this.#name} closed`)
  }
}

function layered(own: Readonly<Record<string, number>>, shared: Readonly<Record<string, number>>) {
  const log: string[] = []
  const first = new MemoryOffsets('own', log, own)
  const second = new MemoryOffsets('shared', log, shared)
  const logger = new MemoryLogger()
  return { log, first, second, logger, store: new LayeredOffsetStore(first, second, logger) }
}

test("a connector's own topic counts; the worker's answers for what it does not know", async () => {
  const { store } = layered({ a: 1, b: 2 }, { b: 20, c: 30 })
  assert.deepEqual(
    await store.read(
      'x',
      ['a', 'b', 'c', 'd'].map((file) => ({ file })),
    ),
    [{ position: 1 }, { position: 2 }, { position: 30 }, null],
  )
  assert.deepEqual(await store.partitions('x'), [{ file: 'a' }, { file: 'b' }, { file: 'c' }])
})

test("offsets are written to the connector's own topic, and then to the worker's", async () => {
  const { store, log } = layered({}, {})
  await store.write('x', [[{ file: 'a' }, { position: 1 }]])
  await settle()
  assert.deepEqual(log, ['own a=1', 'shared a=1'])
})

test("what is removed leaves the worker's topic first, and does not come back", async () => {
  const { store, log } = layered({ a: 1 }, { a: 10 })
  await store.write('x', [
    [{ file: 'a' }, null],
    [{ file: 'b' }, { position: 2 }],
  ])
  await settle()
  assert.deepEqual(log, ['shared a=null', 'own a=null', 'own b=2', 'shared b=2'])
  assert.deepEqual(await store.read('x', [{ file: 'a' }]), [null])
})

test("a worker's topic that can't be written fails only what is removed", async () => {
  const { store, second, log, logger } = layered({}, {})
  second.refuses = new Error('no leader')
  await store.write('x', [[{ file: 'a' }, { position: 1 }]])
  await settle()
  assert.deepEqual(log, ['own a=1'])
  assert.ok(logger.has('warn', /not in the topic of the worker too: no leader/))
  await assert.rejects(store.write('x', [[{ file: 'a' }, null]]), /no leader/)
  assert.deepEqual(log, ['own a=1'])
})

const worker = { 'bootstrap.servers': 'a:1,b:2', 'offset.storage.topic': 'workers' }
const producer = { 'bootstrap.servers': 'b:2, a:1' }
const elsewhere = { 'bootstrap.servers': 'c:3' }
const own = { 'offsets.storage.topic': 'own' }

for (const [what, connector, client, exactlyOnce, place] of [
  ['nothing said', {}, producer, false, { topic: 'workers', isWorkers: true }],
  ['another cluster', {}, elsewhere, false, { topic: 'workers', isWorkers: true }],
  ['a topic', own, producer, false, { topic: 'own', isWorkers: false }],
  [
    'the same topic',
    { 'offsets.storage.topic': 'workers' },
    producer,
    false,
    { topic: 'workers', isWorkers: true },
  ],
  ['exactly once', {}, producer, true, { topic: 'workers', isWorkers: true }],
  ['exactly once, elsewhere', {}, elsewhere, true, { topic: 'workers', isWorkers: false }],
  ['exactly once, a topic', own, producer, true, { topic: 'own', isWorkers: false }],
] as const) {
  test(`where the offsets of a connector are: ${what}`, () => {
    assert.deepEqual(offsetsPlace(worker, connector, client, exactlyOnce), place)
  })
}
