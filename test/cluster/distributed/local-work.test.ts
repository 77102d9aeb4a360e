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

test('a task that was given up, or has no configuration any more, is not restarted', async () => {
  const calls: string[] = []
  const lifecycle = {
    startTasks: async () => void calls.push('start'),
    stopTasks: async () => void calls.push('stop'),
    restartTask: async () => void calls.push('restart'),
  }
  const states = new Map()
  const setTasks = (tasks: readonly object[]) => {
    states.set('c', { config: {}, target: 'STARTED', tasks, type: 'source' })
  }
  const work = new LocalWork({
    lifecycle: lifecycle as unknown as ConnectorLifecycle,
    queue: new RequestQueue(new FakeClock(), () => {}),
    exactlyOnceTask: () => null,
    configs: { state: states as never },
    logger: silentLogger,
  })
  const id = { connector: 'c', task: 0 }
  setTasks([{}])
  work.start({ connectors: [], tasks: [id] })
  setTasks([])
  await work.restartTask(id)
  setTasks([{}])
  await work.restartTask(id)
  const stopped = work.stop({ connectors: [], tasks: [id] })
  await work.restartTask(id)
  await stopped
  assert.deepEqual(calls, ['start', 'restart', 'stop'])
})
