import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigLog } from '../../../src/cluster/distributed/config-log.ts'
import {
  commitRecord,
  connectorRecord,
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
    const expected = read(whole)
    const found = read(compacted(whole, Math.floor(random() * records.length)))
    assert.equal(found.offset, expected.offset)
    for (const name of names) {
      const { config, tasks = [] } = expected.connectors.get(name) ?? {}
      assert.deepEqual(found.connectors.get(name)?.config, config, name)
      const { tasks: loaded = [] } = found.connectors.get(name) ?? {}
      // None where the commit is there no longer, or counts for nothing: its owner makes them anew.
      if (loaded.length > 0) assert.deepEqual(loaded, tasks, name)
    }
  })
}

/** What a leader may write next. */
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
  const { connectors } = read(records.map((record, at) => [record, at]))
  if (!connectors.has(name)) return []
  const count = Math.floor(random() * 4)
  const tasks = Array.from({ length: count }, (_, task) => ({ task: `${round}.${task}` }))
  return [...taskRecords(name, tasks), commitRecord(name, count)]
}

/** What Kafka keeps: up to `end` only the last record of each key, and no tombstone. */
function compacted(
  records: ReadonlyArray<readonly [TextRecord, offset: number]>,
  end: number,
): ReadonlyArray<readonly [TextRecord, offset: number]> {
  const last = new Map(records.slice(0, end).map(([{ key }, at]) => [key, at]))
  return records.filter(
    ([{ key, value }, at]) => at >= end || (last.get(key) === at && value !== null),
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
