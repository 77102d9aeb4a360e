import type { Logger } from '../../base/logger.ts'
import { errorCode } from '../../protocol/error-codes.ts'
import type { BrokerClock, Cancel } from '../clock.ts'
import type { Member } from './member.ts'
import { memberValue, restoredMember } from './member-value.ts'
import { Members } from './members.ts'
import type { GroupValue } from './records.ts'
import { type JoinAnswer, refusedSync, type SyncAnswer } from './requests.ts'
import { onceSaved, type Saved } from './saved.ts'

/** Names as DescribeGroups has them. A group that is Dead isn't kept. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

export interface GroupOptions {
  readonly sizeMax: number
  readonly id: string
  readonly clock: BrokerClock
  readonly logger: Logger | null
  /** Writes the group to the log. */
  save(value: GroupValue): Saved
}

/** How long somebody new counts as joining whose connection is gone, as in Apache Kafka. */
const NEW_MEMBER_TIMEOUT_MS = 5 * 60_000
const noBytes = Buffer.alloc(0)

/**
 * The rounds of a group. It is Empty until somebody joins, in PreparingRebalance while all members
 * join, in CompletingRebalance until the leader has assigned, then Stable; who comes, leaves or is
 * late begins the next round.
 */
export class GroupCycle {
  readonly members = new Members()
  readonly #options: GroupOptions
  #state: GroupState = 'Empty'
  #stateSinceMs: number
  #generation = 0
  #protocolType: string | null = null
  #protocolName: string | null = null
  /** Member ids that were given out and not used yet. */
  readonly #promised = new Map<string, Cancel>()
  /** Members of this generation that haven't asked for their assignment. */
  readonly #unsynced = new Set<Member>()
  /** Stops the countdown of the joins or of the syncs. */
  #cancelCountdown: Cancel = () => {}

  constructor(options: GroupOptions) {
    this.#options = options
    this.#stateSinceMs = options.clock.now()
  }

  get state(): GroupState {
    return this.#state
  }

  get stateSinceMs(): number {
    return this.#stateSinceMs
  }

  get generation(): number {
    return this.#generation
  }

  /** null while there was no member yet. */
  get protocolType(): string | null {
    return this.#protocolType
  }

  /** null before members have chosen. */
  get protocolName(): string | null {
    return this.#protocolName
  }

  /** Nobody is in the group or about to come. */
  get isDeserted(): boolean {
    return this.#state === 'Empty' && this.#promised.size === 0
  }

  /** Whether there is a place for one more. */
  get isFull(): boolean {
    return this.members.size + this.#promised.size >= this.#options.sizeMax
  }

  /** Expects a new member under an id that it was told; joins wait for it. */
  promise(id: string, timeoutMs: number): void {
    const forget = () => {
      this.#promised.delete(id)
      this.joinedIfAll()
    }
    this.#promised.set(id, this.#options.clock.after(timeoutMs, forget))
  }

  /** @returns false for an id that wasn't given out, or is a member's already. */
  redeem(id: string): boolean {
    this.#promised.get(id)?.()
    return this.#promised.delete(id)
  }

  add(member: Member, protocolType: string): void {
    if (this.members.size === 0) this.#protocolType = protocolType
    this.members.add(member)
    this.#restartSession(member, NEW_MEMBER_TIMEOUT_MS)
  }

  remove(member: Member): void {
    member.cancelSession()
    this.members.remove(member)
    this.#unsynced.delete(member)
    member.refuse(errorCode.UNKNOWN_MEMBER_ID)
  }

  /** A static member came back, maybe while another process still believes to be it. */
  replace(member: Member, id: string): void {
    member.refuse(errorCode.FENCED_INSTANCE_ID)
    this.#unsynced.delete(member)
    this.members.rename(member, id)
    this.touch(member)
  }

  /** The member gave a sign of life. */
  touch(member: Member): void {
    this.#restartSession(member, member.sessionTimeoutMs)
  }

  /** Begins a round, or ends the waiting of the one that has begun when all members have joined. */
  rebalance(reason: string): void {
    if (this.#state === 'PreparingRebalance') {
      this.joinedIfAll()
      return
    }
    const { id, logger } = this.#options
    logger?.debug(`group ${id}: rebalance after generation ${this.#generation}: ${reason}`)
    if (this.#state === 'CompletingRebalance') this.#unassign(errorCode.REBALANCE_IN_PROGRESS)
    const isFirst = this.#state === 'Empty'
    this.#enterState('PreparingRebalance')
    if (isFirst || this.#haveAllJoined()) this.#endJoins()
    else this.#awaitJoins()
  }

  joinedIfAll(): void {
    if (this.#state === 'PreparingRebalance' && this.#haveAllJoined()) this.#endJoins()
  }

  /** The member asks for its assignment. */
  synced(member: Member): void {
    this.#unsynced.delete(member)
    if (this.#unsynced.size === 0) this.#cancelCountdown()
  }

  /** The leader has decided. */
  assign(assignments: ReadonlyMap<string, Buffer>): void {
    for (const member of this.members.all()) {
      member.assignment = assignments.get(member.id) ?? noBytes
    }
    const unsaved = errorCode.COORDINATOR_NOT_AVAILABLE
    const saved = this.save()
    if (saved === false) {
      this.#unassign(unsaved)
      this.rebalance('the assignment could not be written')
      return
    }
    this.#enterState('Stable')
    for (const member of this.members.all()) {
      if (!member.isSyncing) continue
      this.touch(member)
      member.answerSync(onceSaved(saved, this.assigned(member), refusedSync(unsaved)))
    }
  }

  /** What a member of this generation gets for its join. */
  joined(member: Member): JoinAnswer {
    const isLeader = this.members.leaderId === member.id
    return {
      errorCode: errorCode.NONE,
      generationId: this.#generation,
      protocolType: this.#protocolType,
      protocolName: this.#protocolName,
      leader: this.members.leaderId ?? '',
      skipAssignment: false,
      memberId: member.id,
      members: isLeader ? this.members.all().map((one) => this.#described(one)) : [],
    }
  }

  /** What a member of this generation gets for its sync. */
  assigned(member: Member): SyncAnswer {
    return {
      errorCode: errorCode.NONE,
      protocolType: this.#protocolType,
      protocolName: this.#protocolName,
      assignment: member.assignment,
    }
  }

  save(): Saved {
    return this.#options.save({
      protocolType: this.#protocolType ?? '',
      generation: this.#generation,
      protocol: this.#protocolName,
      leader: this.members.leaderId,
      currentStateTimestamp: this.#stateSinceMs,
      members: this.members.all().map((member) => memberValue(member, this.#protocolName)),
    })
  }

  /** Goes on as it was written; members have to show up within their session time-outs. */
  restore(value: GroupValue): void {
    this.#generation = value.generation
    this.#protocolType = value.protocolType === '' ? null : value.protocolType
    this.#protocolName = value.protocol
    for (const saved of value.members) {
      const member = restoredMember(saved, value.protocol)
      this.members.add(member)
      this.touch(member)
    }
    this.members.setLeader(value.leader)
    this.#state = value.members.length === 0 ? 'Empty' : 'Stable'
    this.#stateSinceMs = value.currentStateTimestamp
  }

  /** Stops all countdowns. */
  close(): void {
    this.#cancelCountdown()
    for (const cancel of this.#promised.values()) cancel()
    for (const member of this.members.all()) member.cancelSession()
  }

  #described(member: Member) {
    return {
      memberId: member.id,
      groupInstanceId: member.instanceId,
      metadata: member.metadata(this.#protocolName),
    }
  }

  #enterState(state: GroupState): void {
    this.#state = state
    this.#stateSinceMs = this.#options.clock.now()
  }

  #countDown(callback: () => void): void {
    this.#cancelCountdown()
    this.#cancelCountdown = this.#options.clock.after(this.members.rebalanceTimeoutMs, callback)
  }

  #haveAllJoined(): boolean {
    return this.#promised.size === 0 && this.members.all().every((member) => member.isJoining)
  }

  #awaitJoins(): void {
    this.#countDown(() => this.#endJoins())
  }

  /** Goes on without those that are late; static members may be late. */
  #endJoins(): void {
    for (const member of this.members.all()) {
      if (!member.isJoining && member.instanceId === null) this.remove(member)
    }
    if (this.members.size === 0) this.#becomeEmpty()
    else if (this.members.electLeader()) this.#beginGeneration()
    else this.#awaitJoins()
  }

  #becomeEmpty(): void {
    this.#cancelCountdown()
    this.#generation++
    this.#protocolName = null
    this.#enterState('Empty')
    void this.save()
  }

  #beginGeneration(): void {
    this.#generation++
    this.#protocolName = this.members.vote()
    this.#enterState('CompletingRebalance')
    for (const member of this.members.all()) {
      if (member.isJoining) this.touch(member)
      member.isNew = false
      this.#unsynced.add(member)
      member.answerJoin(this.joined(member))
    }
    this.#countDown(() => this.#endSyncs())
  }

  /** Goes on without those that joined and then didn't ask for their assignment. */
  #endSyncs(): void {
    if (this.#unsynced.size === 0) return
    for (const member of this.#unsynced) this.remove(member)
    this.rebalance('members have not asked for their assignment')
  }

  #unassign(code: number): void {
    for (const member of this.members.all()) {
      member.assignment = noBytes
      if (member.isSyncing) this.touch(member)
      member.answerSync(refusedSync(code))
    }
  }

  #restartSession(member: Member, timeoutMs: number): void {
    member.cancelSession()
    member.cancelSession = this.#options.clock.after(timeoutMs, () => this.#expire(member))
  }

  #expire(member: Member): void {
    // Whoever waits for others can't send heartbeats.
    if (!member.isNew && (member.isJoining || member.isSyncing)) return
    this.remove(member)
    this.rebalance(`the session of ${member.id} is over`)
  }
}
