import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { SimulatedGroup } from './simulated-group.ts'

const MINUTE_MS = 60_000

function groupOf(workers: number, connectors: Readonly<Record<string, number>>, delayMaxMs = 0) {
  const group = new SimulatedGroup(delayMaxMs)
  for (let left = workers; left > 0; left--) group.join()
  for (const [name, tasks] of Object.entries(connectors)) group.configured.set(name, tasks)
  group.settle()
  return group
}

test('a second worker gets its share in two rounds: revoked in one, given in the next', () => {
  const group = groupOf(1, { a: 4, b: 4 })
  const joined = group.join()
  assert.equal(group.round(), true)
  assert.equal(group.workers.get(joined)?.tasks.size, 0)
  assert.equal(group.round(), false)
  assert.equal(group.workers.get(joined)?.tasks.size, 4)
  assert.deepEqual(group.problems(), [])
})

test('work of a worker that vanished waits for the delay, then goes to the others', () => {
  const group = groupOf(3, { a: 3, b: 3 }, 5 * MINUTE_MS)
  group.leave('worker-2')
  const startMs = group.nowMs
  group.round()
  assert.equal(group.problems().length > 0, true)
  group.settle()
  assert.equal(group.nowMs - startMs, 5 * MINUTE_MS)
  assert.deepEqual(group.problems(), [])
})

test('a worker that comes back within the delay gets the work that waits, the others keep theirs', () => {
  const group = groupOf(3, { a: 3, b: 3, c: 3 }, 5 * MINUTE_MS)
  const before = new Map([...group.workers].map(([id, { tasks }]) => [id, new Set(tasks)]))
  group.leave('worker-2')
  group.round()
  group.nowMs += MINUTE_MS
  const back = group.join()
  group.settle()
  assert.deepEqual(group.workers.get(back)?.tasks, before.get('worker-2'))
  assert.deepEqual(group.workers.get('worker-1')?.tasks, before.get('worker-1'))
  assert.deepEqual(group.problems(), [])
})

test('new connectors are given away although lost work waits', () => {
  const group = groupOf(2, { a: 2 }, 5 * MINUTE_MS)
  group.leave('worker-2')
  group.round()
  group.configured.set('new', 1)
  group.round()
  assert.equal(group.workers.get('worker-1')?.connectors.has('new'), true)
})

test('when the leader vanishes its work runs at once: the next leader does not know that it was lost', () => {
  const group = groupOf(2, { a: 4 }, 5 * MINUTE_MS)
  const startMs = group.nowMs
  group.leave('worker-1')
  group.settle()
  assert.equal(group.nowMs, startMs)
  assert.deepEqual(group.problems(), [])
})

test('what two members claim is taken from both and given away anew', () => {
  const group = groupOf(2, { a: 2 })
  for (const worker of group.workers.values()) worker.tasks.add('a-0')
  group.round()
  assert.deepEqual(
    [...group.workers.values()].flatMap(({ tasks }) => [...tasks].filter((key) => key === 'a-0')),
    [],
  )
  group.settle()
  assert.deepEqual([...group.conflicts(), ...group.problems()], [])
})

test('deleted connectors and tasks are revoked, by a new leader too', () => {
  const group = groupOf(2, { a: 3, b: 1 })
  group.configured.set('a', 1)
  group.configured.delete('b')
  group.leave('worker-1')
  group.settle()
  assert.deepEqual(group.problems(), [])
})

test('deleting some of many connectors stops no other; a worker that joins gets its share', () => {
  const names = Array.from({ length: 60 }, (_, n) => `c${n}`)
  const group = groupOf(3, Object.fromEntries(names.map((name) => [name, 1])))
  const [first] = group.workers.values()
  for (const name of [...(first?.connectors ?? [])].slice(0, 3)) group.configured.delete(name)
  const before = [...group.workers].map(([id, { tasks }]) => [id, [...tasks]] as const)
  group.settle()
  for (const [id, tasks] of before) {
    const left = tasks.filter((task) => group.configured.has(task.replace(/-0$/, '')))
    assert.deepEqual([...(group.workers.get(id)?.tasks ?? [])], left)
  }
  group.join()
  group.settle()
  assert.deepEqual(group.problems(), [])
})

for (let seed = 1; seed <= 200; seed++) {
  const delayMaxMs = seed % 4 === 0 ? 0 : 5 * MINUTE_MS
  test(`any order of events ends with all work once and in balance, seed ${seed}`, () => {
    const random = seededRandom(seed)
    const group = new SimulatedGroup(delayMaxMs)
    group.join()
    for (let step = 0; step < 60; step++) {
      change(group, random)
      const rounds = Math.floor(random() * 3)
      for (let round = 0; round < rounds; round++) {
        group.round(deafOf(group, random))
        assert.deepEqual(group.conflicts(), [], `step ${step}`)
      }
      group.nowMs += Math.floor(random() * 3) * MINUTE_MS
    }
    group.settle()
    assert.deepEqual([...group.conflicts(), ...group.problems()], [])
  })
}

function change(group: SimulatedGroup, random: () => number): void {
  const ids = [...group.workers.keys()]
  const victim = ids[Math.floor(random() * ids.length)] ?? ''
  const name = `c${Math.floor(random() * 8)}`
  const kind = random()
  if (kind < 0.25 && ids.length < 6) group.join()
  else if (kind < 0.45 && ids.length > 1) group.leave(victim)
  else if (kind < 0.8) group.configured.set(name, Math.floor(random() * 6))
  else group.configured.delete(name)
}

/** Now and then somebody misses its assignment. */
function deafOf(group: SimulatedGroup, random: () => number): ReadonlySet<string> {
  return new Set(random() < 0.1 ? [...group.workers.keys()].slice(0, 1) : [])
}
