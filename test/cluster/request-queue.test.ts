import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { RequestQueue } from '../../src/cluster/request-queue.ts'
import { FakeClock, settle } from '../helpers/fake-clock.ts'
import { source, startHerder } from './fixture.ts'

function startQueue() {
  const clock = new FakeClock()
  const errors: unknown[] = []
  return { clock, errors, queue: new RequestQueue(clock, (_, error) => errors.push(error)) }
}

const never = () => new Promise<never>(() => {})

test('requests for one connector run one after the other, also what follows the answer', async () => {
  const { queue } = startQueue()
  const seen: string[] = []
  const first = queue.run('a', async (turn) => {
    turn.afterwards(async () => {
      await settle()
      seen.push('after first')
    })
    seen.push('first')
  })
  const second = queue.run('a', async () => {
    seen.push('second')
  })
  await first
  assert.deepEqual(seen, ['first'])
  await second
  assert.deepEqual(seen, ['first', 'after first', 'second'])
})

test('a connector that hangs holds up nobody else', async () => {
  const { queue } = startQueue()
  void queue.run('hangs', never).catch(() => {})
  assert.equal(await queue.run('other', async () => 'done'), 'done')
})

test('a time-out names what the worker is doing; what has waited is never begun', async () => {
  const { clock, queue } = startQueue()
  const running = queue.run('a', (turn) => turn.stage('starting the connector', never))
  let begun = false
  const waiting = queue.run('a', async () => {
    begun = true
  })
  const message =
    'Request timed out. The worker is currently starting the connector, which began at 2026-01-01T00:00:00.000Z.'
  const failures = [assert.rejects(running, { message }), assert.rejects(waiting, { message })]
  await clock.advance(90_000)
  await Promise.all(failures)
  assert.equal(begun, false)
})

test('a time-out after the last stage names when that was over', async () => {
  const { clock, queue } = startQueue()
  const request = queue.run('a', async (turn) => {
    await turn.stage('stopping connector a', () => clock.sleep(1000))
    await never()
  })
  await clock.advance(1000)
  const failure = assert.rejects(request, {
    message:
      'Request timed out. The last operation the worker completed was stopping connector a, which began at 2026-01-01T00:00:00.000Z and completed at 2026-01-01T00:00:01.000Z.',
  })
  await clock.advance(90_000)
  await failure
})

test('a time-out names the stage within the call of a plug-in', async () => {
  const { clock, queue } = startQueue()
  const request = queue.runAside((turn) =>
    turn.plugin('validating', async () => {
      turn.note('reading')
      await clock.sleep(1000)
      turn.note('writing')
      await never()
    }),
  )
  await clock.advance(1000)
  const failure = assert.rejects(request, {
    code: 'REQUEST_TIMEOUT',
    message:
      'Request timed out. The worker is currently writing, which began at 2026-01-01T00:00:01.000Z.',
  })
  await clock.advance(90_000)
  await failure
})

test('a plug-in that takes too long for its host is told of with the stage', async () => {
  const { queue } = startQueue()
  const held = new ConnectError('It held up its thread', { code: 'REQUEST_TIMEOUT' })
  await assert.rejects(
    queue.run('a', (turn) => turn.plugin('starting the connector', () => Promise.reject(held))),
    {
      code: 'REQUEST_TIMEOUT',
      message:
        'Request timed out. The worker is currently starting the connector, which began at 2026-01-01T00:00:00.000Z. It held up its thread',
    },
  )
})

test('requests aside wait for nobody, and nobody for them', async () => {
  const { queue } = startQueue()
  void queue.runAside(never).catch(() => {})
  void queue.run('', never).catch(() => {})
  assert.equal(await queue.runAside(async () => 'done'), 'done')
})

test('a plug-in that never returns is left after 5 s when another request waits', async () => {
  const { clock, queue } = startQueue()
  const hanging = queue.run('a', (turn) => turn.plugin('starting the connector', never))
  await clock.advance(60_000)
  const failure = assert.rejects(hanging, { message: /^The worker gave up starting the connector/ })
  assert.equal(await queue.run('a', async () => 'deleted'), 'deleted')
  await failure
})

test('errors of work after the answer are told to the owner', async () => {
  const { errors, queue } = startQueue()
  await queue.run('a', async (turn) => turn.afterwards(() => Promise.reject(new Error('late'))))
  await settle()
  assert.deepEqual(errors.map(String), ['Error: late'])
})

test('requests beyond the limit are refused', async () => {
  const { queue } = startQueue()
  for (let index = 0; index < 1000; index++) void queue.run('a', never).catch(() => {})
  await assert.rejects(queue.run('b', never), {
    message: /^The worker has 1000 requests under way/,
  })
})

test('closing refuses what waits and what comes', async () => {
  const { clock, queue } = startQueue()
  const gate = Promise.withResolvers<string>()
  const running = queue.run('a', () => gate.promise)
  const waiting = queue.run('a', never)
  const closed = queue.close(30_000)
  gate.resolve('done')
  assert.equal(await running, 'done')
  await assert.rejects(waiting, { message: 'Worker is shutting down' })
  await assert.rejects(queue.run('b', never), { message: 'Worker is shutting down' })
  await closed
  await clock.advance(0)
})

test('fifty clients at once: every request is answered and the end is as if in a row', async () => {
  const { herder, host } = startHerder()
  const clients = Array.from({ length: 50 }, async (_, client) => {
    const name = `c${client % 5}`
    host.behaviours.set(name, { start: () => host.events.onTaskReconfiguration(name) })
    await herder.putConnector(name, { ...source, client: String(client) }, { replace: true })
    await herder.pauseConnector(name)
    await herder.resumeConnector(name)
    await herder.restartConnectorAndTasks(name, { includeTasks: true, onlyFailed: false })
    await herder.restartTask({ connector: name, task: 0 })
    await herder.restartConnector(name)
  })
  await Promise.all(clients)
  await settle()
  for (const name of herder.connectors()) {
    const { connector, tasks } = herder.status(name)
    assert.deepEqual([connector.state, tasks.map(({ state }) => state)], ['RUNNING', ['RUNNING']])
  }
  await Promise.all(herder.connectors().map((name) => herder.deleteConnector(name)))
  assert.deepEqual(herder.connectors(), [])
  assert.equal(host.tasks.size, 0)
})
