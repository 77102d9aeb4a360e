import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigLog } from '../../../src/cluster/distributed/config-log.ts'
import {
  commitRecord,
  connectorRecord,
  fencingRecord,
  removalRecords,
  type TextRecord,
  targetRecord,
  taskRecords,
} from '../../../src/cluster/distributed/config-records.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'

function read(records: ReadonlyArray<readonly [TextRecord, offset: number]>) {
  const ignored: string[] = []
  const log = new ConfigLog((key) => ignored.push(key))
  for (const [record, offset] of records) log.apply(record, offset)
  return { ...log.snapshot, ignored }
}

const names = ['a', 'b-1', 'c']

for (let seed = 1; seed <= 100; seed++) {
  test(`a log loads however far it was compacted, seed ${seed}`, () => {
    const random = seededRandom(seed)
    const records: TextRecord[] = []
    for (let round = 0; round < 40; round++) records.push(...change(records, round, random))
    const whole = records.map((record, at) => [record, at] as const)
    const kept = compacted(whole, Math.floor(random() * records.length), random)
    const expected = read(whole)
    const found = read(kept)
    assert.equal(found.offset, expected.offset)
    for (const name of names) {
      const { config, target, taskCountRecord, tasks = [] } = expected.connectors.get(name) ?? {}
      const loaded = found.connectors.get(name)
      assert.deepEqual(loaded?.config, config, name)
      if (loaded === undefined) continue
      assert.equal(loaded.target, target, name)
      assert.equal(loaded.taskCountRecord, taskCountRecord, name)
      // None where the commit is there no longer, or counts for nothing: its owner makes them anew.
      if (loaded.tasks.length > 0) assert.deepEqual(loaded.tasks, tasks, name)
      else if (loaded.taskCount > 0) assert.ok(loaded.isInconsistent, name)
      // What runs was either fenced, or is going to be.
      if (loaded.tasks.length > 0 && !loaded.pendingFencing) {
        assert.equal(expected.connectors.get(name)?.pendingFencing, false, name)
      }
      const anew = [{ task: 'anew' }, { task: 'anew' }]
      const again = [...taskRecords(name, anew), commitRecord(name, anew.length)]
      const repaired = read([
        ...kept,
        ...again.map((record, at) => [record, records.length + at] as const),
      ]).connectors.get(name)
      assert.deepEqual([repaired?.tasks, repaired?.isInconsistent], [anew, false], name)
    }
  })
}

/** What leaders may write next; one may be lost before its commit. */
function change(
  records: readonly TextRecord[],
  round: number,
  random: () => number,
): readonly TextRecord[] {
  const name = names[Math.floor(random() * names.length)] ?? ''
  const kind = random()
  if (kind < 0.3) return [connectorRecord(name, { round: `${round}` })]
  if (kind < 0.4) return removalRecords(name)
  if (kind < 0.5) return [targetRecord(name, 'PAUSED')]
  const connector = read(records.map((record, at) => [record, at])).connectors.get(name)
  if (connector === undefined) return []
  if (kind < 0.6) return [fencingRecord(name, connector.taskCount)]
  const count = Math.floor(random() * 4)
  const tasks = Array.from({ length: count }, (_, task) => ({ task: `${round}.${task}` }))
  const written = taskRecords(name, tasks)
  return kind < 0.7
    ? written.slice(0, Math.floor(random() * (count + 1)))
    : [...written, commitRecord(name, count)]
}

/**
 * What Kafka keeps: up to `end` only the last record of each key, tombstones only for a while.
 * Each compaction may have come that far, or only some of the way.
 */
function compacted(
  records: ReadonlyArray<readonly [TextRecord, offset: number]>,
  end: number,
  random: () => number,
): ReadonlyArray<readonly [TextRecord, offset: number]> {
  const tombstonesEnd = Math.floor(random() * (end + 1))
  const last = new Map(records.slice(0, end).map(([{ key }, at]) => [key, at]))
  return records.filter(
    ([{ key, value }, at]) =>
      at >= end || (last.get(key) === at && (value !== null || at >= tombstonesEnd)),
  )
}

const senseless: ReadonlyArray<readonly [key: string, value: string | null]> = [
  ['connector-a', 'no JSON'],
  ['connector-a', '{"properties":[]}'],
  ['target-state-a', '{"state":"ASLEEP"}'],
  ['task-a', '{"properties":{}}'],
  ['task-a-0', null],
  ['commit-a', null],
  ['session-key', '{"key":"AAAA"}'],
  ['restart-connector-a', 'null'],
  ['logger-cluster-a', '{}'],
  ['whatever', '{}'],
]

for (const [key, value] of senseless) {
  test(`${key} ${value} is told and changes nothing`, () => {
    const connector = connectorRecord('a', { 'connector.class': 'X' })
    const before = read([[connector, 0]])
    const { ignored, connectors } = read([
      [connector, 0],
      [{ key, value }, 1],
    ])
    assert.deepEqual(ignored, [key])
    assert.deepEqual(connectors, before.connectors)
  })
}

test('an empty value removes a connector as a tombstone does', () => {
  const removal = { ...connectorRecord('a', {}), value: ' ' }
  const { connectors, offset } = read([
    [connectorRecord('a', { k: 'v' }), 0],
    [removal, 1],
  ])
  assert.deepEqual([connectors.size, offset], [0, 2])
})

test('a commit of more tasks than anybody could have counts as one whose tasks are lost', () => {
  const { connectors } = read([
    [connectorRecord('a', { k: 'v' }), 0],
    [commitRecord('a', 4_000_000_000), 1],
  ])
  const { isInconsistent, tasks } = connectors.get('a') ?? {}
  assert.deepEqual([isInconsistent, tasks], [true, []])
})
