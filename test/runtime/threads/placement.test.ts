import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Place, placeConnector, placeTask } from '../../../src/runtime/threads/placement.ts'

function place(tasks: readonly string[], connectors = 0, answers = true): Place {
  return { tasks, connectors, answers }
}

test('tasks start threads as long as there is room and none is idle', () => {
  assert.equal(placeTask('a', [], 2), null)
  assert.equal(placeTask('a', [place([], 1)], 2), 0)
  assert.equal(placeTask('a', [place(['b'])], 2), null)
  assert.equal(placeTask('a', [place(['b'])], 1), 0)
})

test('tasks of one connector are spread, then the thread with the fewest tasks is taken', () => {
  assert.equal(placeTask('a', [place(['a']), place(['b', 'b'])], 2), 1)
  assert.equal(placeTask('a', [place(['a', 'b', 'c']), place(['a', 'b'])], 2), 1)
})

test('a thread that does not answer gets nothing while there is another', () => {
  assert.equal(placeTask('a', [place([], 0, false), place(['a', 'a'])], 2), 1)
  assert.equal(placeTask('a', [place([], 0, false)], 2), null)
  assert.equal(placeTask('a', [place([], 0, false)], 1), 0)
  assert.equal(placeConnector([place([], 0, false)], 2), null)
})

test('a connector starts no thread where one answers', () => {
  assert.equal(placeConnector([], 2), null)
  assert.equal(placeConnector([place(['a', 'b'])], 2), 0)
  assert.equal(placeConnector([place(['a'], 3), place(['b'], 1)], 2), 1)
})
