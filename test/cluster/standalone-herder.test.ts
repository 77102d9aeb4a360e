import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '../helpers/fake-clock.ts'
import { sink, source, startHerder } from './fixture.ts'

const states = (herder: ReturnType<typeof startHerder>['herder'], name = 'a') => {
  const { connector, tasks } = herder.status(name)
  return [connector.state, ...tasks.map(({ state }) => state)]
}

test('a creation answers when connector and tasks were started', async () => {
  const { herder, host } = startHerder()
  const { created, info } = await herder.putConnector('a', source, { replace: false })
  assert.equal(created, true)
  assert.deepEqual(info.tasks, [{ connector: 'a', task: 0 }])
  assert.equal(info.type, 'source')
  assert.deepEqual(host.calls, ['start a', 'start a-0'])
  assert.deepEqual(states(herder), ['RUNNING', 'RUNNING'])
  assert.equal(herder.status('a').connector.version, '1.0')
  assert.equal(herder.tasks('a')[0]?.config?.['task.class'], 'org.acme.LinesSourceTask')
})

test('topics of a sink are copied into its tasks', async () => {
  const { herder, host } = startHerder()
  host.behaviours.set('a', { taskConfigs: () => [{ own: '1' }, { own: '2' }] })
  await herder.putConnector('a', sink, { replace: false })
  assert.deepEqual(
    herder.tasks('a').map((task) => task.config),
    ['1', '2'].map((own) => ({ own, 'task.class': 'org.acme.LinesSinkTask', topics: 't' })),
  )
})

test('an invalid configuration is refused before the name is looked at', async () => {
  const { herder } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  await assert.rejects(
    herder.putConnector('a', { 'connector.class': 'LinesSource' }, { replace: false }),
    {
      code: 'BAD_REQUEST',
      message:
        'Connector configuration is invalid and contains the following 1 error(s):\ntopic is missing\nYou can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
    },
  )
  await assert.rejects(herder.putConnector('a', source, { replace: false }), {
    code: 'ALREADY_EXISTS',
    message: 'Connector a already exists',
  })
})

test('a connector that fails to start stays, as FAILED', async () => {
  const { herder, host } = startHerder()
  host.behaviours.set('a', { start: () => Promise.reject(new Error('no such database')) })
  await assert.rejects(herder.putConnector('a', source, { replace: false }), {
    message: 'no such database',
  })
  assert.deepEqual(states(herder), ['FAILED'])
  assert.equal(herder.status('a').connector.trace, 'Error: no such database')
  await herder.pauseConnector('a')
  host.behaviours.delete('a')
  await herder.putConnector('a', source, { replace: true })
  await herder.resumeConnector('a')
  await settle()
  assert.deepEqual(states(herder), ['RUNNING', 'RUNNING'])
})

test('a null value fails the start, can be stopped and be replaced', async () => {
  const { herder } = startHerder()
  const message = 'Non-string value found in original settings for key extra: null'
  await assert.rejects(herder.putConnector('a', { ...source, extra: null }, { replace: false }), {
    message,
  })
  assert.deepEqual(states(herder), ['FAILED'])
  await herder.pauseConnector('a')
  await settle()
  assert.deepEqual(states(herder), ['FAILED'])
  await herder.stopConnector('a')
  assert.deepEqual(states(herder), ['STOPPED'])
  await herder.deleteConnector('a')
  assert.deepEqual(herder.connectors(), [])
})

for (const [initialState, state] of [
  ['PAUSED', 'PAUSED'],
  ['STOPPED', 'STOPPED'],
] as const) {
  test(`a connector created as ${initialState} has no tasks until it is resumed`, async () => {
    const { herder } = startHerder()
    await herder.putConnector('a', source, { replace: false, initialState })
    assert.deepEqual(states(herder), [state])
    await herder.resumeConnector('a')
    await settle()
    assert.deepEqual(states(herder), ['RUNNING', 'RUNNING'])
  })
}

test('tasks start anew when the configuration changes, and only then', async () => {
  const { herder, host } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  host.calls.length = 0
  await herder.putConnector('a', source, { replace: true })
  assert.deepEqual(host.calls, ['stop a', 'start a'])
  host.calls.length = 0
  // Also when the tasks themselves don't show the change.
  host.behaviours.set('a', { taskConfigs: () => [source] })
  await herder.patchConnector('a', { extra: 'x' })
  assert.deepEqual(host.calls, ['stop a', 'start a', 'stop a-0', 'start a-0'])
})

test('a patch merges one level and removes with null', async () => {
  const { herder } = startHerder()
  await herder.putConnector('a', { ...source, gone: '1' }, { replace: false })
  const { config } = await herder.patchConnector('a', { gone: null, absent: null, extra: 'x' })
  assert.deepEqual(config, { ...source, extra: 'x' })
  await assert.rejects(herder.patchConnector('b', {}), { code: 'NOT_FOUND' })
})

test('a paused connector keeps its old tasks until it is resumed', async () => {
  const { herder, host } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  await herder.pauseConnector('a')
  await settle()
  assert.deepEqual(states(herder), ['PAUSED', 'PAUSED'])
  await herder.putConnector('a', { ...source, topic: 'u' }, { replace: true })
  assert.equal(herder.tasks('a')[0]?.config?.['topic'], 't')
  await herder.resumeConnector('a')
  await settle()
  assert.equal(herder.tasks('a')[0]?.config?.['topic'], 'u')
  assert.equal(host.tasks.get('a-0')?.taskProps['topic'], 'u')
})

test('stopping removes the tasks; a pause afterwards brings none back', async () => {
  const { herder } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  await herder.stopConnector('a')
  await herder.stopConnector('a')
  assert.deepEqual(states(herder), ['STOPPED'])
  assert.deepEqual(herder.tasks('a'), [])
  await herder.pauseConnector('a')
  await settle()
  assert.deepEqual(states(herder), ['PAUSED'])
})

test('a deleted connector leaves its topics, nothing else', async () => {
  const { herder, host } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  host.events.onTopicUsed({ connector: 'a', task: 0 }, 't')
  await herder.deleteConnector('a')
  assert.deepEqual(host.calls.slice(-2), ['stop a-0', 'stop a'])
  assert.throws(() => herder.status('a'), { message: 'No status found for connector a' })
  assert.throws(() => herder.connector('a'), { message: 'Connector a not found' })
  assert.deepEqual(herder.topics('a'), ['t'])
  await herder.resetTopics('a')
  assert.deepEqual(herder.topics('a'), [])
  host.events.onTaskState({ connector: 'a', task: 0 }, { state: 'RUNNING' })
  assert.throws(() => herder.taskStatus({ connector: 'a', task: 0 }), { code: 'NOT_FOUND' })
})

test('a plain restart leaves the tasks alone', async () => {
  const { herder, host } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  host.calls.length = 0
  await herder.restartConnector('a')
  assert.deepEqual(host.calls, ['stop a', 'start a'])
})

test('a restart with tasks answers RESTARTING and restarts failed ones only, if asked', async () => {
  const { herder, host } = startHerder()
  host.behaviours.set('a', { taskConfigs: () => [source, source] })
  await herder.putConnector('a', source, { replace: false })
  host.events.onTaskState({ connector: 'a', task: 1 }, { state: 'FAILED', trace: 'x' })
  host.calls.length = 0
  const failedOnly = { includeTasks: true, onlyFailed: true }
  const answer = await herder.restartConnectorAndTasks('a', failedOnly)
  assert.equal(answer.connector.state, 'RUNNING')
  assert.deepEqual(
    answer.tasks.map(({ state }) => state),
    ['RUNNING', 'RESTARTING'],
  )
  await settle()
  assert.deepEqual(host.calls, ['stop a-1', 'start a-1'])
  assert.deepEqual(states(herder), ['RUNNING', 'RUNNING', 'RUNNING'])

  host.calls.length = 0
  await herder.restartConnectorAndTasks('a', { includeTasks: true, onlyFailed: false })
  await settle()
  assert.deepEqual(host.calls, [
    'stop a',
    'stop a-0',
    'stop a-1',
    'start a',
    'start a-0',
    'start a-1',
  ])
})

test('a restart brings tasks back when the connector fails, and new ones when it wants others', async () => {
  const { herder, host } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  const all = { includeTasks: true, onlyFailed: false }
  host.behaviours.set('a', { start: () => Promise.reject(new Error('down')) })
  await herder.restartConnectorAndTasks('a', all)
  await settle()
  assert.deepEqual(states(herder), ['FAILED', 'RUNNING'])
  host.behaviours.set('a', { taskConfigs: () => [source, source] })
  await herder.restartConnectorAndTasks('a', all)
  await settle()
  assert.deepEqual(states(herder), ['RUNNING', 'RUNNING', 'RUNNING'])
})

test('a task restarts by itself; one that is not there is not found', async () => {
  const { herder, host } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  host.calls.length = 0
  await herder.restartTask({ connector: 'a', task: 0 })
  assert.deepEqual(host.calls, ['stop a-0', 'start a-0'])
  await assert.rejects(herder.restartTask({ connector: 'a', task: 7 }), {
    code: 'NOT_FOUND',
    message: 'Task a-7 not found',
  })
  await assert.rejects(herder.restartTask({ connector: 'b', task: 0 }), {
    message: 'Failed to start task b-0 since it is not a recognizable type (source or sink)',
  })
})

test('a connector that asks for new tasks gets them, also within its own start', async () => {
  const { herder, host } = startHerder()
  let tasks = [source]
  host.behaviours.set('a', {
    start: () => host.events.onTaskReconfiguration('a'),
    taskConfigs: () => tasks,
  })
  await herder.putConnector('a', source, { replace: false })
  await settle()
  assert.deepEqual(host.calls, ['start a', 'start a-0'])
  tasks = [source, source]
  await host.events.onTaskReconfiguration('a')
  await settle()
  assert.deepEqual(states(herder), ['RUNNING', 'RUNNING', 'RUNNING'])
})

test('variables are resolved for the host and nowhere else', async () => {
  const { herder, host } = startHerder()
  const variable = '$'.concat('{secrets:password}')
  const config = { ...source, 'db.password': variable }
  await herder.putConnector('a', config, { replace: false })
  assert.equal(host.tasks.get('a-0')?.taskProps['db.password'], 's3cret')
  const shown = JSON.stringify([herder.connector('a'), herder.tasks('a'), herder.status('a')])
  assert.ok(!shown.includes('s3cret'))
  assert.equal(herder.tasks('a')[0]?.config?.['db.password'], variable)
})

test('the worker is healthy once it is ready', async () => {
  const { herder, clock } = startHerder()
  const early = herder.health(10_000)
  await clock.advance(10_000)
  assert.deepEqual(await early, { state: 'starting', stage: '' })
  herder.noteReady()
  assert.deepEqual(await herder.health(10_000), { state: 'healthy', stage: '' })
})

test('closing stops tasks before connectors and refuses what comes then', async () => {
  const { herder, host } = startHerder()
  await herder.putConnector('a', source, { replace: false })
  host.calls.length = 0
  await herder.close()
  assert.deepEqual(host.calls, ['stop a-0', 'stop a', 'close'])
  await assert.rejects(herder.deleteConnector('a'), { message: 'Worker is shutting down' })
})
