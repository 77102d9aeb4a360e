import { backoffMs } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import { type ConnectError, isRetriable } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { errorCode, errorName } from '../protocol/error-codes.ts'
import { heartbeat, joinGroup, syncGroup } from './apis.ts'
import type { Coordinator } from './coordinator.ts'
import type { Committer } from './group-offsets.ts'
import type { GroupProtocol, Joined } from './group-protocol.ts'
import { HeartbeatTimer } from './heartbeat-timer.ts'
import { LEAVE_TIMEOUT_MS, leaveGroupOf } from './leave-group.ts'

export interface GroupMemberOptions {
  readonly coordinator: Coordinator
  readonly protocol: GroupProtocol
  readonly instanceId: string | null
  readonly sessionTimeoutMs: number
  /** Without any sign from the broker for the session's time, gives up all it has by itself. */
  readonly expiresAlone: boolean
  /** Longest time between two steps, and that a rebalance may take. */
  readonly rebalanceTimeoutMs: number
  /** Setting that it comes from, and what else helps when it is over: for the log. */
  readonly rebalanceTimeoutHelp: string
  readonly heartbeatIntervalMs: number
  /** After a rebalance; then each comes after twice the time, up to the interval. */
  readonly heartbeatFirstMs: number
  readonly requestTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly clock: Clock
  readonly logger: Logger
  /** Called when `step` has something to do. */
  readonly notify: () => void
}

/** A join is answered when all members have joined, so it may take the whole rebalance. */
const JOIN_GRACE_MS = 5000
/** Brokers keep no longer reasons. */
const REASON_LENGTH_MAX = 255

type Outcome =
  | { readonly kind: 'joined'; readonly joined: Joined }
  | { readonly kind: 'again'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: ConnectError }

/**
 * Membership in a group by the classic protocol: joins, sends signs of life, joins again when the
 * group rebalances. The protocol's calls run only inside `step`, so whoever calls that knows when
 * assignments change; everything else goes on by itself.
 */
export class GroupMember {
  readonly #options: GroupMemberOptions
  readonly #closing = new AbortController()
  #memberId = ''
  #generation = -1
  #rejoinReason: string | null = 'the member is new'
  #isLost: boolean
  #isJoining: boolean
  #outcome: Outcome | null = null
  #failure: ConnectError | null = null
  #failures = 0
  #steppedAt: number
  /** When the broker last took this member for alive. */
  #seenAt: number
  readonly #beats: HeartbeatTimer

  constructor(options: GroupMemberOptions) {
    this.#options = options
    this.#isLost = false
    this.#isJoining = false
    this.#steppedAt = options.clock.elapsed()
    this.#seenAt = this.#steppedAt
    this.#beats = new HeartbeatTimer({
      firstMs: options.heartbeatFirstMs,
      intervalMs: options.heartbeatIntervalMs,
      clock: options.clock,
      beat: () => {
        this.#beat().catch((error: ConnectError) => this.#onBeatError(error))
      },
    })
  }

  /** Who commits offsets; null while the group rebalances. */
  get committer(): Committer | null {
    if (this.#isJoining || this.#generation < 0) return null
    const { instanceId } = this.#options
    return { generation: this.#generation, memberId: this.#memberId, instanceId }
  }

  requestRejoin(reason: string): void {
    this.#rejoinReason ??= reason
    this.#options.notify()
  }

  /** The group will probably rebalance: this member finds out soon. */
  expectRebalance(): void {
    if (this.committer !== null && !this.#closing.signal.aborted) this.#beats.hasten()
  }

  /** A commit was refused: the broker knows this generation no longer. */
  commitRefused(code: number): void {
    if (code === errorCode.REBALANCE_IN_PROGRESS) this.requestRejoin('the group rebalances')
    else this.#lose(errorName(code))
  }

  /**
   * Runs what is due without waiting for the broker.
   * @returns True when this member has its place in the group; else call again after `notify`.
   * @throws ConnectError that ends the membership.
   */
  async step(): Promise<boolean> {
    this.#steppedAt = this.#options.clock.elapsed()
    for (;;) {
      if (this.#failure !== null) throw this.#failure
      if (this.#isJoining) {
        if (this.#outcome === null) return false
        await this.#finish(this.#outcome)
      } else if (this.#rejoinReason === null) {
        return true
      } else {
        await this.#begin()
      }
    }
  }

  /** Leaves the group, with what it has; joins again at the next step. */
  async leave(reason: string): Promise<void> {
    await this.#leave(reason)
    this.#generation = -1
    this.#memberId = ''
    this.requestRejoin(reason)
  }

  /** Leaves the group at once instead of by time-out; a static member keeps its place. */
  async close(reason: string): Promise<void> {
    this.#closing.abort()
    this.#beats.stop()
    const { coordinator, clock } = this.#options
    const left = new AbortController()
    // A join that waits would hold up what follows on its connection.
    if (this.#isJoining) coordinator.forget()
    await Promise.race([
      this.#leave(reason).finally(() => left.abort()),
      clock.sleep(LEAVE_TIMEOUT_MS, left.signal),
    ])
    coordinator.close()
  }

  async #begin(): Promise<void> {
    const { protocol } = this.#options
    if (this.#isLost) {
      this.#isLost = false
      await protocol.onLost()
    } else {
      await protocol.onPrepare()
    }
    const reason = this.#rejoinReason ?? ''
    this.#rejoinReason = null
    this.#isJoining = true
    this.#outcome = null
    void this.#attempt(reason)
  }

  async #attempt(reason: string): Promise<void> {
    this.#outcome = await this.#join(reason).catch((error: ConnectError) => this.#later(error))
    this.#options.notify()
  }

  async #finish(outcome: Outcome): Promise<void> {
    this.#isJoining = false
    this.#outcome = null
    switch (outcome.kind) {
      case 'joined':
        this.#failures = 0
        this.#seenAt = this.#options.clock.elapsed()
        if (!this.#closing.signal.aborted) this.#beats.restart()
        await this.#options.protocol.onJoined(outcome.joined)
        return
      case 'again':
        this.#rejoinReason ??= outcome.reason
        return
      case 'failed':
        this.#failure = outcome.error
    }
  }

  async #later(error: ConnectError): Promise<Outcome> {
    const { clock, logger, coordinator, retryBackoffMs, retryBackoffMaxMs } = this.#options
    if (!isRetriable(error)) return { kind: 'failed', error }
    if (this.#failures === 0) logger.warn(`group ${coordinator.key}: ${error.message}`)
    this.#loseUnseen()
    const delayMs = backoffMs(this.#failures++, retryBackoffMs, retryBackoffMaxMs)
    await clock.sleep(delayMs, this.#closing.signal)
    return { kind: 'again', reason: 'the coordinator was lost' }
  }

  async #join(reason: string): Promise<Outcome> {
    const { coordinator, protocol, instanceId, ...options } = this.#options
    const answer = await coordinator.send(
      joinGroup,
      {
        groupId: coordinator.key,
        sessionTimeoutMs: options.sessionTimeoutMs,
        rebalanceTimeoutMs: options.rebalanceTimeoutMs,
        memberId: this.#memberId,
        groupInstanceId: instanceId,
        protocolType: protocol.type,
        protocols: protocol.protocols(),
        reason: truncated(reason),
      },
      Math.max(options.requestTimeoutMs, options.rebalanceTimeoutMs + JOIN_GRACE_MS),
    )
    if (answer.errorCode === errorCode.MEMBER_ID_REQUIRED) {
      this.#memberId = answer.memberId
      return { kind: 'again', reason }
    }
    if (answer.errorCode !== errorCode.NONE) return this.#refused('joining', answer.errorCode)
    this.#memberId = answer.memberId
    this.#generation = answer.generationId
    const chosen = answer.protocolName ?? ''
    const isLeader = answer.leader === answer.memberId && !answer.skipAssignment
    const members = answer.members.map((member) => ({
      memberId: member.memberId,
      instanceId: member.groupInstanceId,
      metadata: member.metadata,
    }))
    const assignments = isLeader
      ? await protocol.assign(chosen, members, {
          generation: this.#generation,
          memberId: this.#memberId,
        })
      : new Map()
    return this.#sync(chosen, answer.leader, assignments)
  }

  async #sync(
    chosen: string,
    leaderId: string,
    assignments: ReadonlyMap<string, Uint8Array>,
  ): Promise<Outcome> {
    const { coordinator, protocol, instanceId, rebalanceTimeoutMs, requestTimeoutMs } =
      this.#options
    const generation = this.#generation
    const answer = await coordinator.send(
      syncGroup,
      {
        groupId: coordinator.key,
        generationId: generation,
        memberId: this.#memberId,
        groupInstanceId: instanceId,
        protocolType: protocol.type,
        protocolName: chosen,
        assignments: Array.from(assignments, ([memberId, assignment]) => ({
          memberId,
          assignment,
        })),
      },
      Math.max(requestTimeoutMs, rebalanceTimeoutMs + JOIN_GRACE_MS),
    )
    if (answer.errorCode !== errorCode.NONE) return this.#refused('synchronising', answer.errorCode)
    const { assignment } = answer
    const memberId = this.#memberId
    return {
      kind: 'joined',
      joined: { generation, memberId, leaderId, protocol: chosen, assignment },
    }
  }

  /** @throws ConnectError that is retriable when the coordinator moved or loads. */
  #refused(what: string, code: number): Outcome {
    switch (code) {
      case errorCode.REBALANCE_IN_PROGRESS:
        return { kind: 'again', reason: 'the group rebalanced meanwhile' }
      case errorCode.UNKNOWN_MEMBER_ID:
      case errorCode.ILLEGAL_GENERATION:
        this.#lose(errorName(code))
        return { kind: 'again', reason: errorName(code) }
      default:
        this.#options.coordinator.check(what, code)
        throw new TypeError(`${what}: ${code} is no error`)
    }
  }

  /** Starts over as a new member. */
  #lose(reason: string): void {
    this.#isLost ||= this.#generation >= 0
    this.#generation = -1
    this.#memberId = ''
    this.requestRejoin(reason)
  }

  /** The others have shared out what a member has that they don't see. */
  #loseUnseen(): void {
    const { expiresAlone, sessionTimeoutMs, clock } = this.#options
    if (!expiresAlone || this.#generation < 0) return
    const unseenMs = clock.elapsed() - this.#seenAt
    if (unseenMs > sessionTimeoutMs) this.#lose(`no answer of the coordinator for ${unseenMs} ms`)
  }

  async #beat(): Promise<void> {
    const { coordinator, clock, rebalanceTimeoutMs } = this.#options
    const { committer } = this
    // While it joins the broker knows that it lives; afterwards beats start again.
    if (committer === null) return
    if (clock.elapsed() - this.#steppedAt > rebalanceTimeoutMs) {
      await this.#expire()
      return
    }
    const answer = await coordinator.send(heartbeat, {
      groupId: coordinator.key,
      generationId: committer.generation,
      memberId: committer.memberId,
      groupInstanceId: committer.instanceId,
    })
    if (this.#closing.signal.aborted) return
    this.#beats.next()
    if (this.#isJoining || committer.generation !== this.#generation) return
    switch (answer.errorCode) {
      case errorCode.NONE:
        this.#failures = 0
        this.#seenAt = clock.elapsed()
        return
      case errorCode.REBALANCE_IN_PROGRESS:
        this.requestRejoin('the group rebalances')
        return
      case errorCode.ILLEGAL_GENERATION:
      case errorCode.UNKNOWN_MEMBER_ID:
        this.#lose(errorName(answer.errorCode))
        return
      default:
        coordinator.check('a sign of life', answer.errorCode)
    }
  }

  #onBeatError(error: ConnectError): void {
    if (this.#closing.signal.aborted) return
    const { retryBackoffMs, retryBackoffMaxMs, logger, coordinator, notify } = this.#options
    if (isRetriable(error)) {
      if (this.#failures === 0) logger.warn(`group ${coordinator.key}: ${error.message}`)
      this.#loseUnseen()
      this.#beats.beatIn(backoffMs(this.#failures++, retryBackoffMs, retryBackoffMaxMs))
      return
    }
    this.#failure = error
    notify()
  }

  /** Whoever should poll does not: others take over. */
  async #expire(): Promise<void> {
    const { coordinator, logger, rebalanceTimeoutMs, rebalanceTimeoutHelp } = this.#options
    const reason = `no poll within ${rebalanceTimeoutMs} ms`
    logger.warn(
      `group ${coordinator.key}: ${reason}, so this member leaves; ${rebalanceTimeoutHelp}`,
    )
    await this.#leave(reason)
    this.#lose(reason)
  }

  async #leave(reason: string): Promise<void> {
    const { coordinator, instanceId, logger } = this.#options
    if (this.#memberId === '' || instanceId !== null) return
    try {
      await leaveGroupOf(coordinator, this.#memberId, truncated(reason))
    } catch (error) {
      logger.debug(`leaving group ${coordinator.key}`, error)
    }
  }
}

function truncated(reason: string): string {
  return reason.slice(0, REASON_LENGTH_MAX)
}
