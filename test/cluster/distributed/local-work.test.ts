import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectorLifecycle } from '../../../src/cluster/connector-lifecycle.ts'
import { LocalWork } from '../../../src/cluster/distributed/local-work.ts'
import { RequestQueue } from '../../../src/cluster/request-queue.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

test('a connector that started too late for others to wait is asked for its tasks when it runs', async () => {
  const clock = new FakeClock()
  const started = Promise.withResolvers<void>()
  const regenerated = Promise.withResolvers<string>()
  const lifecycle = {
    start: (turn: Parameters<ConnectorLifecycle['start']>[0]) =>
      turn.plugin('starting the connector', () => started.promise),
    noteConnector: () => {},
    regenerateTasks: async (_turn: unknown, name: string) => regenerated.resolve(name),
  }
  const state = { config: {}, target: 'STARTED', tasks: [], type: 'source' }
  const queue = new RequestQueue(clock, () => {})
  const work = new LocalWork({
    lifecycle: lifecycle as unknown as ConnectorLifecycle,
    queue,
    exactlyOnceTask: () => null,
    configs: { state: new Map([['c', state]]) as never },
    logger: silentLogger,
  })
  work.start({ connectors: ['c'], tasks: [] })
  const other = queue.run('c', async () => {})
  await clock.advance(5000)
  await other
  started.resolve()
  work.noteConnector('c', { state: 'RUNNING' })
  assert.equal(await regenerated.promise, 'c')
})
