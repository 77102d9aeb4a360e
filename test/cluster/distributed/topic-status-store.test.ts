import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { toLogRecord } from '../../../src/cluster/distributed/record-log.ts'
import { taskStatusRecord } from '../../../src/cluster/distributed/status-log.ts'
import { TopicStatusStore } from '../../../src/cluster/distributed/topic-status-store.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import { MemoryTopic } from './memory-log.ts'

const id = { connector: 'c', task: 0 }

/** A worker in generation 1, on a topic where another one of a later generation left RUNNING. */
async function storeAfterAnother(beforeAppend: () => Promise<void>, runsTask = () => false) {
  const topic = new MemoryTopic()
  const other = { trace: null, workerId: 'other', generation: 8, version: null }
  topic.records.push(toLogRecord(taskStatusRecord(id, { ...other, state: 'RUNNING' })))
  const log = topic.open()
  const store = new TopicStatusStore({
    log: {
      ...log,
      async append(records) {
        await beforeAppend()
        await log.append(records)
      },
    },
    clock: systemClock,
    logger: silentLogger,
    generation: () => 1,
    onFailure: assert.fail,
    runsTask,
    onGivenUp: assert.fail,
  })
  await store.start()
  return store
}

const here = { workerId: 'here', version: null, trace: null }

test('what fails right after it started is told, in a group that began anew as well', async () => {
  const slow = Promise.withResolvers<void>()
  const store = await storeAfterAnother(() => slow.promise)
  store.putTask(id, { ...here, state: 'RUNNING' })
  store.putTask(id, { ...here, state: 'FAILED' })
  slow.resolve()
  await store.flush()
  await store.readToEnd()
  assert.equal(store.task(id)?.state, 'FAILED')
})

test('what failed here after another took it over is not told', async () => {
  const store = await storeAfterAnother(async () => {})
  store.putTask(id, { ...here, state: 'FAILED' })
  await store.flush()
  await store.readToEnd()
  assert.deepEqual(store.task(id), {
    id: 0,
    state: 'RUNNING',
    workerId: 'other',
    version: null,
    trace: null,
  })
})

test('what restarts shows so until it runs, though the end of its former run comes at once', async () => {
  const store = await storeAfterAnother(async () => {})
  store.putTask(id, { ...here, state: 'RUNNING' })
  store.putTask(id, { ...here, state: 'RESTARTING' })
  store.putTask(id, { ...here, state: 'UNASSIGNED' })
  await store.flush()
  await store.readToEnd()
  assert.equal(store.task(id)?.state, 'RESTARTING')
})

test('the status of a task that runs on is told again when it was removed', async () => {
  let runs = true
  const store = await storeAfterAnother(
    async () => {},
    () => runs,
  )
  store.putTask(id, { ...here, state: 'RUNNING' })
  store.removeTask(id)
  await store.flush()
  // Reads that it was removed, which has it told again.
  await store.readToEnd()
  await store.flush()
  await store.readToEnd()
  assert.equal(store.task(id)?.state, 'RUNNING')
  runs = false
  store.removeTask(id)
  await store.flush()
  await store.readToEnd()
  assert.equal(store.task(id), null)
})
