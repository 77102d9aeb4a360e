import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Assignment, MemberSubscription } from '../../src/kafka/assignor.ts'
import { assignors } from '../../src/kafka/assignors.ts'
import type { TopicPartition } from '../../src/kafka/client.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../src/kafka/consumer-protocol.ts'

function member(
  memberId: string,
  topics: readonly string[],
  more: Partial<MemberSubscription> = {},
): MemberSubscription {
  return { memberId, instanceId: null, topics, owned: [], generation: -1, ...more }
}

function assign(
  name: string,
  counts: Readonly<Record<string, number>>,
  members: readonly MemberSubscription[],
): Assignment {
  const assignor = assignors.find((each) => each.name === name)
  assert.ok(assignor !== undefined)
  return assignor.assign(new Map(Object.entries(counts)), members)
}

/** As `t1-0 t1-1`, by member. */
function readable(assignment: Assignment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from(assignment, ([memberId, partitions]) => [
      memberId,
      partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' '),
    ]),
  )
}

const partitions = (topic: string, ...numbers: readonly number[]): readonly TopicPartition[] =>
  numbers.map((partition) => ({ topic, partition }))

const counts = { t1: 5, t2: 3, t3: 1 }
const mixed = [
  member('m2', ['t1', 't2', 't3']),
  member('m1', ['t1', 't2']),
  member('m3', ['t1', 't3'], { instanceId: 'zz' }),
]

test('range and round robin share out as the Java client does; static members come first', () => {
  // Made by RangeAssignor and RoundRobinAssignor of the Java client 4.3.1.
  assert.deepEqual(readable(assign('range', counts, mixed)), {
    m1: 't1-2 t1-3 t2-0 t2-1',
    m2: 't1-4 t2-2',
    m3: 't1-0 t1-1 t3-0',
  })
  assert.deepEqual(readable(assign('roundrobin', counts, mixed)), {
    m1: 't1-1 t1-4 t2-1',
    m2: 't1-2 t2-0 t2-2',
    m3: 't1-0 t1-3 t3-0',
  })
})

test('range: a topic that nobody wants and a member without a topic do no harm', () => {
  assert.deepEqual(readable(assign('range', { t1: 1, other: 2 }, [member('a', ['t1', 'gone'])])), {
    a: 't1-0',
  })
  assert.deepEqual(readable(assign('roundrobin', { other: 2 }, [member('a', [])])), { a: '' })
})

test('sticky: from nothing, all members get as many partitions as they can', () => {
  const assignment = assign('cooperative-sticky', counts, mixed)
  assert.deepEqual(
    Array.from(assignment.values(), ({ length }) => length),
    [3, 3, 3],
  )
  const all = Array.from(assignment.values(), (share) =>
    share.map(({ topic, partition }) => `${topic}-${partition}`),
  ).flat()
  assert.equal(new Set(all).size, 9)
})

test('sticky: a new member gets nothing that another still holds, until that gave it up', () => {
  const old = member('old', ['t'], { owned: partitions('t', 0, 1, 2, 3), generation: 1 })
  const fresh = member('new', ['t'])
  const first = assign('cooperative-sticky', { t: 4 }, [old, fresh])
  assert.deepEqual(readable(first), { old: 't-0 t-1', new: '' })
  const kept = { ...old, owned: first.get('old') ?? [], generation: 2 }
  const second = assign('cooperative-sticky', { t: 4 }, [kept, { ...fresh, generation: 2 }])
  assert.deepEqual(readable(second), { old: 't-0 t-1', new: 't-2 t-3' })
})

test('sticky: members keep what they have when one leaves', () => {
  const assignment = assign('cooperative-sticky', { t: 6 }, [
    member('a', ['t'], { owned: partitions('t', 0, 5), generation: 3 }),
    member('b', ['t'], { owned: partitions('t', 2, 3), generation: 3 }),
  ])
  assert.deepEqual(readable(assignment), { a: 't-0 t-5 t-1', b: 't-2 t-3 t-4' })
})

test('sticky: of two claims the newer generation counts, of two equal ones neither', () => {
  const newer = assign('cooperative-sticky', { t: 1 }, [
    member('zombie', ['t'], { owned: partitions('t', 0), generation: 3 }),
    member('owner', ['t'], { owned: partitions('t', 0), generation: 4 }),
  ])
  assert.deepEqual(readable(newer), { zombie: '', owner: 't-0' })
  const equal = assign('cooperative-sticky', { t: 1 }, [
    member('a', ['t'], { owned: partitions('t', 0), generation: 4 }),
    member('b', ['t'], { owned: partitions('t', 0), generation: 4 }),
  ])
  assert.equal([...equal.values()].flat().length, 1)
})

test('what members send each other has the bytes of the Java client', () => {
  // Made by ConsumerProtocol of the Java client 4.3.1.
  const subscription =
    '0003000000020002743100027432ffffffff000000010002743100000002000000000000000200000007ffff'
  const owned = partitions('t1', 0, 2)
  assert.equal(encodeSubscription(['t1', 't2'], owned, 7).toString('hex'), subscription)
  const metadata = Buffer.from(subscription, 'hex')
  assert.deepEqual(decodeSubscription({ memberId: 'm', instanceId: null, metadata }), {
    memberId: 'm',
    instanceId: null,
    topics: ['t1', 't2'],
    owned,
    generation: 7,
  })
  const assigned = [...owned, ...partitions('t2', 1)]
  const assignment = '00030000000200027431000000020000000000000002000274320000000100000001ffffffff'
  assert.equal(encodeAssignment(assigned).toString('hex'), assignment)
  assert.deepEqual(decodeAssignment(Buffer.from(assignment, 'hex')), assigned)
  assert.deepEqual(decodeAssignment(Buffer.alloc(0)), [])
})
