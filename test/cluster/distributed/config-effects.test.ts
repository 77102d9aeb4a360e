import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectsOf } from '../../../src/cluster/distributed/config-effects.ts'

const isKnown = (name: string) => name === 'known'
const kinds = (...events: Parameters<typeof effectsOf>[0]) =>
  effectsOf(events, isKnown).map(({ kind }) => kind)

test('a new connector needs a rebalance, a changed one only a restart where it runs', () => {
  assert.deepEqual(kinds({ kind: 'connector-updated', name: 'new' }), ['rejoin'])
  assert.deepEqual(kinds({ kind: 'connector-updated', name: 'known' }), ['reconfigure'])
})

test('tasks with another configuration stop before the worker joins again', () => {
  assert.deepEqual(
    kinds(
      { kind: 'connector-removed', name: 'gone' },
      { kind: 'tasks-updated', name: 'known', tasks: [] },
    ),
    ['stop-changed-tasks', 'rejoin'],
  )
})

test('of several restarts of a connector the one that restarts most is done', () => {
  const all = { onlyFailed: false, includeTasks: true }
  const effects = effectsOf(
    [
      { kind: 'restart', name: 'known', request: all },
      { kind: 'restart', name: 'known', request: { onlyFailed: true, includeTasks: true } },
    ],
    isKnown,
  )
  assert.deepEqual(effects, [{ kind: 'restart', name: 'known', request: all }])
})

test('a session key is taken by whoever signs, and starts nothing', () => {
  assert.deepEqual(kinds({ kind: 'session-key' }), [])
})
