import type { Assignment, Assignor, MemberSubscription } from './assignor.ts'
import { assignCooperativeSticky } from './assignor-sticky.ts'

const JAVA_PACKAGE = 'org.apache.kafka.clients.consumer.'

/** In each topic a run of neighbouring partitions for each member. */
const range: Assignor = {
  name: 'range',
  javaClass: `${JAVA_PACKAGE}RangeAssignor`,
  cooperative: false,
  assign(partitionCounts, members) {
    const assignment = emptyAssignment(members)
    const sorted = members.toSorted(byIdentity)
    for (const [topic, count] of partitionCounts) {
      const takers = sorted.filter((member) => member.topics.includes(topic))
      const share = Math.floor(count / takers.length)
      const extra = count % takers.length
      takers.forEach((member, index) => {
        const first = share * index + Math.min(index, extra)
        const last = first + share + (index < extra ? 1 : 0)
        for (let partition = first; partition < last; partition++) {
          assignment.get(member.memberId)?.push({ topic, partition })
        }
      })
    }
    return assignment
  },
}

/** All partitions dealt out one by one. */
const roundRobin: Assignor = {
  name: 'roundrobin',
  javaClass: `${JAVA_PACKAGE}RoundRobinAssignor`,
  cooperative: false,
  assign(partitionCounts, members) {
    const assignment = emptyAssignment(members)
    const sorted = members.toSorted(byIdentity)
    const wanted = new Set(members.flatMap((member) => member.topics))
    let turn = 0
    for (const [topic, count] of [...partitionCounts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!wanted.has(topic)) continue
      for (let partition = 0; partition < count; partition++) {
        let member = sorted[turn++ % sorted.length]
        while (member !== undefined && !member.topics.includes(topic)) {
          member = sorted[turn++ % sorted.length]
        }
        if (member !== undefined) assignment.get(member.memberId)?.push({ topic, partition })
      }
    }
    return assignment
  },
}

const cooperativeSticky: Assignor = {
  name: 'cooperative-sticky',
  javaClass: `${JAVA_PACKAGE}CooperativeStickyAssignor`,
  cooperative: true,
  assign: assignCooperativeSticky,
}

/** The values of `partition.assignment.strategy` that are understood. */
export const assignors: readonly Assignor[] = [range, roundRobin, cooperativeSticky]

function emptyAssignment(members: readonly MemberSubscription[]): Assignment {
  return new Map(members.map((member) => [member.memberId, []]))
}

/** Static members first by their lasting id, the others by the id that the broker gave them. */
function byIdentity(a: MemberSubscription, b: MemberSubscription): number {
  if (a.instanceId !== null && b.instanceId !== null) return a.instanceId < b.instanceId ? -1 : 1
  if (a.instanceId !== null) return -1
  if (b.instanceId !== null) return 1
  return a.memberId < b.memberId ? -1 : 1
}
