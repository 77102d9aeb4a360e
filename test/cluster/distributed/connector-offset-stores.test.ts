import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectorOffsetStores } from '../../../src/cluster/distributed/connector-offset-stores.ts'
import type { OwnOffsetTopic } from '../../../src/cluster/distributed/own-offset-topics.ts'
import { TopicOffsetStore } from '../../../src/cluster/distributed/topic-offset-store.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { FakeClock, settle } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import { MemoryTopic } from './memory-log.ts'

const partition = { file: 'a' }
const IDLE_MS = 600_000
const workerProps = { 'bootstrap.servers': 'kafka:9092', 'offset.storage.topic': 'workers' }

/** Stores over topics in memory; `log` tells when topics are opened and closed. */
async function stores(configs: Record<string, ConfigProps>) {
  const clock = new FakeClock()
  const log: string[] = []
  const topics = new Map<string, MemoryTopic>()
  const problem: { next: Error | null; onLost: () => void } = { next: null, onLost: () => {} }
  const openTopic = async (name: string) => {
    const topic = topics.get(name) ?? new MemoryTopic()
    topics.set(name, topic)
    const records = topic.open()
    const store = new TopicOffsetStore(
      {
        ...records,
        async close() {
          log.push(`close ${name}`)
          await records.close()
        },
      },
      silentLogger,
    )
    await store.start(() => {})
    return store
  }
  const all = new ConnectorOffsetStores({
    shared: await openTopic('workers'),
    topics: {
      isExactlyOnce: false,
      producerProps: () => ({ 'bootstrap.servers': 'kafka:9092' }),
      settings: (_connector, name) => ({ topic: { name } }) as OwnOffsetTopic,
      async open({ topic }, onLost) {
        log.push(`open ${topic.name}`)
        problem.onLost = onLost
        if (problem.next !== null) throw problem.next
        return openTopic(topic.name)
      },
      writesTo: (store) => store,
    },
    workerProps,
    configOf: (name) => configs[name] ?? null,
    async resolve(props) {
      log.push('resolve')
      return { props, ttlMs: null }
    },
    clock,
    logger: silentLogger,
  })
  return { all, clock, log, problem }
}

const own = (topic: string) => ({ 'offsets.storage.topic': topic })

test("offsets of a connector without a topic of its own are the workers'", async () => {
  const { all, log } = await stores({ c: {} })
  await all.write('c', [[partition, { position: 1 }]])
  await settle()
  assert.deepEqual(await all.read('c', [partition]), [{ position: 1 }])
  assert.deepEqual(log, [])
})

test('a topic of its own is opened once, and closed when nobody uses it any more', async () => {
  const { all, clock, log } = await stores({ c: own('mine') })
  await all.write('c', [[partition, { position: 1 }]])
  await settle()
  await all.read('c', [partition])
  await clock.advance(IDLE_MS - 1)
  assert.deepEqual(await all.read('c', [partition]), [{ position: 1 }])
  await clock.advance(1)
  assert.deepEqual(topicsIn(log), ['open mine'])
  await clock.advance(IDLE_MS)
  assert.deepEqual(topicsIn(log), ['open mine', 'close mine'])
  assert.deepEqual(await all.read('c', [partition]), [{ position: 1 }])
  await all.close()
  assert.deepEqual(topicsIn(log).slice(2), ['open mine', 'close mine', 'close workers'])
})

test('a connector that gets another topic goes on with what the workers have', async () => {
  const configs = { c: own('mine') }
  const { all, log } = await stores(configs)
  await all.write('c', [[partition, { position: 1 }]])
  await settle()
  configs.c = own('other')
  assert.deepEqual(await all.read('c', [partition]), [{ position: 1 }])
  assert.deepEqual(topicsIn(log), ['open mine', 'open other', 'close mine'])
})

test('a topic that can not be opened, or is lost, is tried again by the next who asks', async () => {
  const { all, log, problem } = await stores({ c: own('mine') })
  problem.next = new Error('not compacted')
  await assert.rejects(all.read('c', [partition]), /not compacted/)
  problem.next = null
  assert.deepEqual(await all.read('c', [partition]), [null])
  problem.onLost()
  assert.deepEqual(await all.read('c', [partition]), [null])
  assert.deepEqual(topicsIn(log), ['open mine', 'open mine', 'open mine'])
})

function topicsIn(log: readonly string[]): readonly string[] {
  return log.filter((line) => line !== 'resolve')
}
