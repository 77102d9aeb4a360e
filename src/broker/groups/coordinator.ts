import type { Logger } from '../../base/logger.ts'
import { errorCode } from '../../protocol/error-codes.ts'
import type { BrokerClock, Cancel } from '../clock.ts'
import type { InternalLog, InternalRecord, InternalTransaction } from '../log/internal-log.ts'
import type { Settings } from '../own-settings.ts'
import { expiredOffsets } from './expiry.ts'
import { Group } from './group.ts'
import { GroupLoader } from './group-loader.ts'
import type { CommittedOffset, PartitionName } from './group-offsets.ts'
import { type GroupSettings, groupSettings } from './group-settings.ts'
import { groupRecord, offsetRecord } from './records.ts'
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
import { onceSaved, type Saved } from './saved.ts'
import { isSubscribed } from './subscription.ts'

export interface GroupDependencies {
  readonly clock: BrokerClock
  readonly logger: Logger | null
  /** `__consumer_offsets` */
  readonly log: InternalLog
  readonly settings: Settings
}

/** Offsets that a member, or somebody who manages an empty group, wants to be stored. */
export interface CommitRequest extends GenerationMember {
  readonly groupId: string
  readonly offsets: readonly CommittedOffset[]
}

/** So that inventing names doesn't take more and more memory. */
const GROUPS_MAX = 100_000

/** An error code, maybe later. */
export type Code = number | Promise<number>

/** All groups of the broker. What it answers is kept as the broker's flush mode asks. */
export class GroupCoordinator {
  readonly settings: GroupSettings
  readonly #dependencies: GroupDependencies
  readonly #groups = new Map<string, Group>()
  /** Groups in which open transactions of a producer have staged offsets. */
  readonly #staging = new Map<number, Set<Group>>()
  #cancelCleanUp: Cancel = () => {}

  /** Reads the log, so that groups and offsets are as before the restart. */
  constructor(dependencies: GroupDependencies) {
    this.#dependencies = dependencies
    this.settings = groupSettings(dependencies.settings)
    const loader = new GroupLoader({
      make: (id) => this.#make(id),
      stage: (group, producerId, offset) => this.#stage(group, producerId, offset),
      end: (producerId, isCommit) => this.completeTransaction(producerId, isCommit),
    })
    dependencies.log.replay(loader)
    for (const group of loader.finish()) this.#groups.set(group.id, group)
    this.#planCleanUp()
  }

  /** Stops all timers. */
  close(): void {
    this.#cancelCleanUp()
    for (const group of this.#groups.values()) group.cycle.close()
  }

  all(): Iterable<Group> {
    return this.#groups.values()
  }

  get(groupId: string): Group | null {
    return this.#groups.get(groupId) ?? null
  }

  join(groupId: string, request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    const { memberId, sessionTimeoutMs } = request
    if (groupId === '') return refusedJoin(errorCode.INVALID_GROUP_ID, memberId)
    const { sessionTimeoutMinMs, sessionTimeoutMaxMs } = this.settings
    if (sessionTimeoutMs < sessionTimeoutMinMs || sessionTimeoutMs > sessionTimeoutMaxMs) {
      return refusedJoin(errorCode.INVALID_SESSION_TIMEOUT, memberId)
    }
    const known = this.get(groupId)
    if (known !== null) return known.join(request)
    if (memberId !== '') return refusedJoin(errorCode.UNKNOWN_MEMBER_ID, memberId)
    if (this.#groups.size >= GROUPS_MAX) {
      return refusedJoin(errorCode.GROUP_MAX_SIZE_REACHED, memberId)
    }
    const group = this.#make(groupId)
    const answer = group.join(request)
    if (!group.cycle.isDeserted) this.#groups.set(groupId, group)
    return answer
  }

  sync(groupId: string, request: SyncRequest): SyncAnswer | Promise<SyncAnswer> {
    if (groupId === '') return refusedSync(errorCode.INVALID_GROUP_ID)
    return this.get(groupId)?.sync(request) ?? refusedSync(errorCode.UNKNOWN_MEMBER_ID)
  }

  /** @returns An error code. */
  heartbeat(groupId: string, from: GenerationMember): number {
    if (groupId === '') return errorCode.INVALID_GROUP_ID
    return this.get(groupId)?.heartbeat(from) ?? errorCode.UNKNOWN_MEMBER_ID
  }

  /** @returns Error codes in the order of the members, or one for all. */
  leave(groupId: string, leaving: readonly MemberIdentity[]): readonly number[] | number {
    if (groupId === '') return errorCode.INVALID_GROUP_ID
    return this.get(groupId)?.leave(leaving) ?? leaving.map(() => errorCode.UNKNOWN_MEMBER_ID)
  }

  commit(request: CommitRequest): Code {
    return this.#commit(request, null)
  }

  /** Takes offsets that are to count once the producer's transaction is committed. */
  stageTransactional(producer: InternalTransaction, request: CommitRequest): Code {
    return this.#commit(request, producer)
  }

  /** The transaction ended, and its marker is in `__consumer_offsets`. */
  completeTransaction(producerId: number, isCommit: boolean): void {
    for (const group of this.#staging.get(producerId) ?? []) group.offsets.end(producerId, isCommit)
    this.#staging.delete(producerId)
  }

  /** Deletes a group that nobody is in, with its offsets. */
  delete(groupId: string): Code {
    const group = this.get(groupId)
    if (group === null) return errorCode.GROUP_ID_NOT_FOUND
    if (group.cycle.state !== 'Empty') return errorCode.NON_EMPTY_GROUP
    return this.#remove(group)
  }

  /** Whether offsets of a group may be deleted: an error code. */
  admitDeletion(groupId: string): number {
    const group = this.get(groupId)
    if (group === null) return errorCode.GROUP_ID_NOT_FOUND
    const { state, protocolType } = group.cycle
    const isAllowed = state === 'Empty' || protocolType === 'consumer'
    return isAllowed ? errorCode.NONE : errorCode.NON_EMPTY_GROUP
  }

  /** Deletes the offset of one partition, where the group's members don't consume its topic. */
  deleteOffset(groupId: string, partition: PartitionName): Code {
    const group = this.get(groupId)
    if (group === null) return errorCode.GROUP_ID_NOT_FOUND
    if (isSubscribed(group, partition.topic)) return errorCode.GROUP_SUBSCRIBED_TO_TOPIC
    return this.#deleteOffsets(group, [partition])
  }

  /** The topic is no more, and so are all offsets in it. */
  forgetTopic(name: string): void {
    for (const group of this.#groups.values()) {
      const partitions = group.offsets.partitions().filter(({ topic }) => topic === name)
      void this.#deleteOffsets(group, partitions)
    }
  }

  #commit(request: CommitRequest, producer: InternalTransaction | null): Code {
    const { groupId, generation, offsets } = request
    const known = this.get(groupId)
    if (known === null && generation >= 0) {
      return producer === null ? errorCode.GROUP_ID_NOT_FOUND : errorCode.ILLEGAL_GENERATION
    }
    if (known === null && this.#groups.size >= GROUPS_MAX) return errorCode.GROUP_MAX_SIZE_REACHED
    const group = known ?? this.#make(groupId)
    const code = group.admitCommit(request, producer !== null)
    if (code !== errorCode.NONE || offsets.length === 0) return code
    return this.#store(group, offsets, producer)
  }

  #store(
    group: Group,
    offsets: readonly CommittedOffset[],
    producer: InternalTransaction | null,
  ): Code {
    const records = offsets.map(({ topic, partition, value }) =>
      offsetRecord({ group: group.id, topic, partition }, value),
    )
    const saved = this.#append(records, producer)
    if (saved === false) return errorCode.COORDINATOR_NOT_AVAILABLE
    this.#groups.set(group.id, group)
    for (const offset of offsets) {
      if (producer === null) group.offsets.put(offset)
      else this.#stage(group, producer.producerId, offset)
    }
    return codeOf(saved)
  }

  #stage(group: Group, producerId: number, offset: CommittedOffset): void {
    group.offsets.stage(producerId, offset)
    const groups = this.#staging.get(producerId) ?? new Set()
    this.#staging.set(producerId, groups.add(group))
  }

  #remove(group: Group): Code {
    const partitions = group.offsets.partitions()
    const saved = this.#append([
      ...partitions.map((partition) => tombstone(group, partition)),
      groupRecord(group.id, null),
    ])
    if (saved === false) return errorCode.COORDINATOR_NOT_AVAILABLE
    group.cycle.close()
    this.#groups.delete(group.id)
    return codeOf(saved)
  }

  #deleteOffsets(group: Group, partitions: readonly PartitionName[]): Code {
    if (partitions.length === 0) return errorCode.NONE
    const saved = this.#append(partitions.map((partition) => tombstone(group, partition)))
    if (saved === false) return errorCode.COORDINATOR_NOT_AVAILABLE
    for (const partition of partitions) group.offsets.delete(partition)
    return codeOf(saved)
  }

  #append(records: readonly InternalRecord[], producer: InternalTransaction | null = null): Saved {
    const { log, logger } = this.#dependencies
    const failed = (error: unknown) => {
      logger?.error('groups and offsets can not be written', error)
      return false
    }
    try {
      return log.append(records, producer)?.then(() => true, failed) ?? true
    } catch (error) {
      return failed(error)
    }
  }

  #make(id: string): Group {
    const { clock, logger } = this.#dependencies
    return new Group({
      id,
      sizeMax: this.settings.sizeMax,
      clock,
      logger,
      save: (value) => this.#append([groupRecord(id, value)]),
    })
  }

  #planCleanUp(): void {
    this.#cancelCleanUp = this.#dependencies.clock.after(this.settings.cleanUpIntervalMs, () => {
      this.#planCleanUp()
      for (const group of this.#groups.values()) this.#cleanUp(group)
    })
  }

  #cleanUp(group: Group): void {
    const nowMs = this.#dependencies.clock.now()
    void this.#deleteOffsets(group, expiredOffsets(group, nowMs, this.settings.retentionMs))
    if (group.offsets.isEmpty && group.cycle.isDeserted) void this.#remove(group)
  }
}

function tombstone({ id }: Group, { topic, partition }: PartitionName): InternalRecord {
  return offsetRecord({ group: id, topic, partition }, null)
}

function codeOf(saved: Saved): Code {
  return onceSaved<number>(saved, errorCode.NONE, errorCode.COORDINATOR_NOT_AVAILABLE)
}
