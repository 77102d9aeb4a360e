import { Member } from './member.ts'
import type { GroupValue } from './records.ts'

type MemberValue = GroupValue['members'][number]

/** A member as it is written; of its protocols only the one that the group has chosen. */
export function memberValue(member: Member, protocolName: string | null): MemberValue {
  return {
    memberId: member.id,
    groupInstanceId: member.instanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeout: member.rebalanceTimeoutMs,
    sessionTimeout: member.sessionTimeoutMs,
    subscription: member.metadata(protocolName),
    assignment: member.assignment,
  }
}

export function restoredMember(value: MemberValue, protocolName: string | null): Member {
  const options = {
    instanceId: value.groupInstanceId,
    clientId: value.clientId,
    clientHost: value.clientHost,
    sessionTimeoutMs: value.sessionTimeout,
    rebalanceTimeoutMs: value.rebalanceTimeout,
    protocols: [{ name: protocolName ?? '', metadata: Buffer.from(value.subscription) }],
  }
  const member = new Member(value.memberId, options, false)
  member.assignment = Buffer.from(value.assignment)
  return member
}
