import { randomUUID } from 'node:crypto'
import { errorCode } from '../../protocol/error-codes.ts'
import { GroupCycle, type GroupOptions } from './group-cycle.ts'
import { GroupOffsets } from './group-offsets.ts'
import { Member } from './member.ts'
import {
  type GenerationMember,
  type JoinAnswer,
  type JoinRequest,
  type MemberIdentity,
  refusedJoin,
  refusedSync,
  type SyncAnswer,
  type SyncRequest,
} from './requests.ts'
import { onceSaved } from './saved.ts'

/** What a member may tell the leader, so that groups stay small: as large as a record by default. */
const MEMBER_BYTES_MAX = 1024 * 1024

/**
 * One group of the classic protocol: who may do what, and when. What a member has to wait for is a
 * promise. It knows no time but that of its clock, and no network.
 */
export class Group {
  readonly id: string
  readonly offsets = new GroupOffsets()
  /** State, generation and members. */
  readonly cycle: GroupCycle

  constructor(options: GroupOptions) {
    this.id = options.id
    this.cycle = new GroupCycle(options)
  }

  join(request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    const { memberId, instanceId, protocols } = request
    const metadataBytes = protocols.reduce((sum, { metadata }) => sum + metadata.length, 0)
    if (metadataBytes > MEMBER_BYTES_MAX) return refusedJoin(errorCode.INVALID_REQUEST, memberId)
    if (!this.#isFitting(request)) {
      return refusedJoin(errorCode.INCONSISTENT_GROUP_PROTOCOL, memberId)
    }
    if (memberId === '') return this.#joinWithoutId(request)
    if (instanceId === null && this.cycle.redeem(memberId)) return this.#enter(memberId, request)
    const member = this.#find(request)
    return member instanceof Member ? this.#rejoin(member, request) : refusedJoin(member, memberId)
  }

  sync(request: SyncRequest): SyncAnswer | Promise<SyncAnswer> {
    const { cycle } = this
    const member = this.#findCurrent(request)
    if (!(member instanceof Member)) return refusedSync(member)
    if (this.#isOtherProtocol(request)) {
      return refusedSync(errorCode.INCONSISTENT_GROUP_PROTOCOL)
    }
    if (cycle.state === 'PreparingRebalance') return refusedSync(errorCode.REBALANCE_IN_PROGRESS)
    cycle.synced(member)
    if (cycle.state === 'Stable') {
      cycle.touch(member)
      return cycle.assigned(member)
    }
    const answer = member.sync()
    if (cycle.members.leaderId === member.id) cycle.assign(request.assignments)
    return answer
  }

  /** @returns An error code. */
  heartbeat(from: GenerationMember): number {
    const member = this.#findCurrent(from)
    if (!(member instanceof Member)) return member
    this.cycle.touch(member)
    return this.cycle.state === 'PreparingRebalance'
      ? errorCode.REBALANCE_IN_PROGRESS
      : errorCode.NONE
  }

  /**
   * Takes members out: by their ids, or static ones by the names of their instances alone.
   * @returns Error codes in the order of the members.
   */
  leave(leaving: readonly MemberIdentity[]): readonly number[] {
    const { cycle } = this
    const sizeBefore = cycle.members.size
    const codes = leaving.map((identity) => this.#leaveOne(identity))
    if (cycle.members.size < sizeBefore) cycle.rebalance('members leave')
    else cycle.joinedIfAll()
    return codes
  }

  /**
   * Whether somebody may store offsets now; from a member it is a sign of life.
   * @param isTransactional As part of a transaction, whose producer need not know the group.
   * @returns An error code.
   */
  admitCommit(from: GenerationMember, isTransactional: boolean): number {
    const { cycle } = this
    const isMember = from.generation >= 0 || from.memberId !== '' || from.instanceId !== null
    if (from.generation < 0 && cycle.state === 'Empty') return errorCode.NONE
    if (!isMember) return isTransactional ? errorCode.NONE : errorCode.UNKNOWN_MEMBER_ID
    const member = this.#findCurrent(from)
    if (!(member instanceof Member)) return member
    if (isTransactional) return errorCode.NONE
    if (cycle.state === 'CompletingRebalance') return errorCode.REBALANCE_IN_PROGRESS
    cycle.touch(member)
    return errorCode.NONE
  }

  #isFitting({ protocolType, protocols }: JoinRequest): boolean {
    const { cycle } = this
    if (cycle.state === 'Empty') return protocolType !== '' && protocols.length > 0
    return (
      protocolType === cycle.protocolType &&
      cycle.members.shareOneOf(protocols.map(({ name }) => name))
    )
  }

  #isOtherProtocol({ protocolType, protocolName }: SyncRequest): boolean {
    return (
      (protocolType !== null && protocolType !== this.cycle.protocolType) ||
      (protocolName !== null && protocolName !== this.cycle.protocolName)
    )
  }

  /** @returns The member, or an error code. */
  #find({ memberId, instanceId }: MemberIdentity): Member | number {
    const { members } = this.cycle
    if (instanceId === null) return members.get(memberId) ?? errorCode.UNKNOWN_MEMBER_ID
    const member = members.byInstance(instanceId)
    if (member === null) return errorCode.UNKNOWN_MEMBER_ID
    return member.id === memberId ? member : errorCode.FENCED_INSTANCE_ID
  }

  /** @returns The member, or an error code where it isn't one of this generation. */
  #findCurrent(from: GenerationMember): Member | number {
    const member = this.#find(from)
    if (!(member instanceof Member)) return member
    return from.generation === this.cycle.generation ? member : errorCode.ILLEGAL_GENERATION
  }

  #joinWithoutId(request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    const { instanceId } = request
    const id = `${instanceId ?? request.clientId}-${randomUUID()}`
    const known = instanceId === null ? null : this.cycle.members.byInstance(instanceId)
    if (known !== null) return this.#replace(known, id, request)
    if (this.cycle.isFull) return refusedJoin(errorCode.GROUP_MAX_SIZE_REACHED, '')
    if (instanceId !== null || !request.isIdRequired) return this.#enter(id, request)
    this.cycle.promise(id, request.sessionTimeoutMs)
    return refusedJoin(errorCode.MEMBER_ID_REQUIRED, id)
  }

  #enter(id: string, request: JoinRequest): Promise<JoinAnswer> {
    const member = new Member(id, request, true)
    this.cycle.add(member, request.protocolType)
    const answer = member.join(request)
    this.cycle.rebalance(`${id} joins`)
    return answer
  }

  #rejoin(member: Member, request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    const { cycle } = this
    const isLeader = cycle.members.leaderId === member.id
    // In a stable group the leader joins again because it wants to assign again.
    const isKnown = cycle.state === 'CompletingRebalance' || (cycle.state === 'Stable' && !isLeader)
    if (isKnown && member.isSame(request.protocols)) {
      cycle.touch(member)
      return cycle.joined(member)
    }
    const answer = member.join(request)
    cycle.rebalance(`${member.id} joins again`)
    return answer
  }

  /** A static member came back: where it asks for the same, nobody else has to join again. */
  #replace(member: Member, id: string, request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    const { cycle } = this
    const leaderBefore = cycle.members.leaderId ?? ''
    cycle.replace(member, id)
    const joined = member.join(request)
    if (cycle.state !== 'Stable' || cycle.members.vote() !== cycle.protocolName) {
      cycle.rebalance(`${id} takes the place of an earlier member`)
      return joined
    }
    const current = cycle.joined(member)
    const isLeader = current.leader === id
    // Under its old id an older client doesn't believe to be the leader, which would assign again.
    const answer = request.maySkipAssignment
      ? { ...current, skipAssignment: isLeader }
      : { ...current, leader: leaderBefore, members: [] }
    const refusal = refusedJoin(errorCode.COORDINATOR_NOT_AVAILABLE, '')
    member.answerJoin(onceSaved(cycle.save(), answer, refusal))
    return joined
  }

  /** @returns An error code. */
  #leaveOne(identity: MemberIdentity): number {
    const { memberId, instanceId } = identity
    if (this.cycle.redeem(memberId)) return errorCode.NONE
    const member =
      memberId === '' && instanceId !== null
        ? (this.cycle.members.byInstance(instanceId) ?? errorCode.UNKNOWN_MEMBER_ID)
        : this.#find(identity)
    if (!(member instanceof Member)) return member
    this.cycle.remove(member)
    return errorCode.NONE
  }
}
