import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TaskEvent, type TaskPhase, transition } from '../../src/runtime/task-lifecycle.ts'

const lives: ReadonlyArray<
  readonly [what: string, events: TaskEvent[], reports: string, TaskPhase]
> = [
  [
    'a life without incidents',
    ['started', 'stop-requested', 'ended'],
    'RUNNING UNASSIGNED',
    'ended',
  ],
  ['a pause', ['started', 'paused', 'resumed'], 'RUNNING PAUSED RUNNING', 'running'],
  ['a start while paused', ['paused', 'started'], 'PAUSED RUNNING', 'running'],
  ['a stop before the start', ['paused', 'stop-requested', 'ended'], 'PAUSED UNASSIGNED', 'ended'],
  ['a failure', ['started', 'failed', 'stop-requested', 'ended'], 'RUNNING FAILED', 'failed'],
  [
    'a failure on the way out',
    ['started', 'stop-requested', 'failed'],
    'RUNNING UNASSIGNED',
    'ended',
  ],
  ['a pause on the way out', ['started', 'stop-requested', 'paused'], 'RUNNING', 'stopping'],
  ['a cancellation', ['started', 'stop-requested', 'cancelled', 'failed'], 'RUNNING', 'cancelled'],
]

for (const [what, events, reports, end] of lives) {
  test(`reports of a task: ${what}`, () => {
    let phase: TaskPhase = 'new'
    const reported: string[] = []
    for (const event of events) {
      const { to, report } = transition(phase, event)
      phase = to
      if (report !== null) reported.push(report)
    }
    assert.deepEqual([reported.join(' '), phase], [reports, end])
  })
}
