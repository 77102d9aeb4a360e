import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Membership } from '../../kafka/membership.ts'
import { effectsOf, type LocalEffect } from './config-effects.ts'
import type { ClusterConfig, ConfigEvent } from './config-log.ts'
import type { ConfigStore } from './config-store.ts'
import type { LeaderClaim } from './leader-claim.ts'
import { keyExpiryMs, newSessionKey, type SessionKeySettings } from './session-keys.ts'
import { settleStep } from './settle-step.ts'
import type { GroupPlace, WorkerGroup } from './worker-group.ts'
import type { Work } from './worker-protocol.ts'

export interface GroupLoopDependencies {
  readonly clock: Clock
  readonly logger: Logger
  readonly configs: ConfigStore
  readonly group: WorkerGroup
  readonly membership: Membership
  /** null: the leader writes the config topic as any worker does. */
  readonly claim: LeaderClaim | null
  readonly sessionKeys: SessionKeySettings
  /** `worker.sync.timeout.ms` */
  readonly syncTimeoutMs: number
  /** `rebalance.timeout.ms`: a worker whose loop stands still for longer leaves the group. */
  readonly rebalanceTimeoutMs: number
  /**
   * Time out of the group after the config topic could not be read.
   * @param triesLeft Times that it may happen again before all work stops, this one among them.
   */
  unsyncBackoffMs(triesLeft: number): number
  /** Starts what is given and does not run, stops the rest. */
  work(owned: Work, place: GroupPlace): Promise<void>
  perform(effect: LocalEffect): Promise<void>
  /** The worker can't go on. */
  onFatal(error: unknown): void
}

/** Longest sleep when nothing is due, and time between two lines about the same wait. */
const IDLE_MS = 60_000
const KEY_RETRY_MS = 1000
/** How often in a row the config topic may be unreadable before all work stops. */
const UNSYNC_MAX = 5

/**
 * The one loop of a worker: keeps its place in the group and applies what the config topic says.
 * Nothing else asks for a rebalance. Code of plug-ins is only waited for where it has to stop.
 */
export class GroupLoop {
  readonly #deps: GroupLoopDependencies
  readonly #closing = new AbortController()
  #wake = Promise.withResolvers<void>()
  #events: ConfigEvent[] = []
  /** Config topic that the running work follows. */
  #local: ClusterConfig | null = null
  #settled: GroupPlace | null = null
  #settling = Promise.withResolvers<GroupPlace>()
  #unsynced = 0
  /** When the log last told of work that waits. */
  #toldMs = Number.NEGATIVE_INFINITY
  #stage = ''
  #running: Promise<void> | null = null

  constructor(deps: GroupLoopDependencies) {
    this.#deps = deps
  }

  /** Where this worker works; null while it has to wait for a rebalance. */
  get settled(): GroupPlace | null {
    return this.#settled === this.#deps.group.place ? this.#settled : null
  }

  /** Whether a rebalance has ended since the start. */
  get hasSettled(): boolean {
    return this.#settled !== null
  }

  /** What the loop does, as a sentence. */
  get stage(): string {
    return this.#stage === '' ? '' : `The worker is currently ${this.#stage}.`
  }

  /** How long work of workers that left still waits, as a sentence; empty for no such work. */
  waitOf(place: GroupPlace): string {
    const leftMs = this.#leftMs(place)
    if (leftMs === Number.POSITIVE_INFINITY) return ''
    return `Connectors and tasks of workers that left wait ${Math.ceil(Math.max(leftMs, 0) / 1000)} s more for them to come back (scheduled.rebalance.max.delay.ms).`
  }

  start(): void {
    this.#running = this.#run()
  }

  /** There may be something to do. */
  notify(): void {
    this.#wake.resolve()
  }

  noteEvent(event: ConfigEvent): void {
    this.#events.push(event)
    this.notify()
  }

  /**
   * @param lostUrl A place where this one leads is none.
   * @returns null when no rebalance ends within the time.
   */
  async whenSettled(timeoutMs: number, lostUrl: string | null = null): Promise<GroupPlace | null> {
    const over = new AbortController()
    const late = this.#deps.clock.sleep(timeoutMs, over.signal).then(() => null)
    try {
      let place = this.settled
      while (place === null || place.leaderUrl === lostUrl) {
        place = await Promise.race([this.#settling.promise, late])
        if (place === null) return null
      }
      return place
    } finally {
      over.abort()
    }
  }

  /** Ends the loop; leaving the group is the caller's. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.notify()
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock, onFatal } = this.#deps
    try {
      while (!this.#closing.signal.aborted) {
        // What comes from now on is a reason for another round.
        this.#wake = Promise.withResolvers()
        const waitMs = await this.#tick()
        this.#stage = ''
        const woken = new AbortController()
        await Promise.race([
          this.#wake.promise,
          clock.sleep(waitMs, AbortSignal.any([woken.signal, this.#closing.signal])),
        ])
        woken.abort()
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) onFatal(error)
    }
  }

  /** @returns Time until something is due that nobody wakes it for. */
  async #tick(): Promise<number> {
    const { membership, group, clock, rebalanceTimeoutMs } = this.#deps
    this.#stage = 'ensuring membership in the cluster'
    const isMember = await membership.step()
    const { place } = group
    const idleMs = Math.min(IDLE_MS, rebalanceTimeoutMs / 2)
    if (!isMember || place === null) return idleMs
    // First, as what a former leader left open keeps others from reading to the end.
    const claimDueMs = (await this.#deps.claim?.keep(place.isLeader)) ?? Number.POSITIVE_INFINITY
    if (this.#settled !== place && !(await this.#settle(place))) return 0
    await this.#applyEvents()
    const isBarred = claimDueMs < Number.POSITIVE_INFINITY
    const waitMs = isBarred ? claimDueMs - clock.elapsed() : await this.#renewKey(place)
    const leftMs = this.#leftMs(place)
    if (leftMs <= 0) {
      membership.requestRejoin('the wait for workers that left is over')
      return 0
    }
    this.#tellWait(place)
    return Math.max(0, Math.min(idleMs, waitMs, leftMs))
  }

  /** Until all workers join again for work that waits. */
  #leftMs({ rejoinAtMs }: GroupPlace): number {
    return rejoinAtMs === 0 ? Number.POSITIVE_INFINITY : rejoinAtMs - this.#deps.clock.elapsed()
  }

  #tellWait(place: GroupPlace): void {
    const { clock, logger } = this.#deps
    if (place.rejoinAtMs === 0 || clock.elapsed() - this.#toldMs < IDLE_MS) return
    this.#toldMs = clock.elapsed()
    logger.info(this.waitOf(place))
  }

  /** @returns false when the worker has to join again first. */
  async #settle(place: GroupPlace): Promise<boolean> {
    const { group, configs, membership, logger, work } = this.#deps
    this.#local = group.joinedWith
    let hasRead = false
    for (;;) {
      const step = settleStep(place, this.#local.offset, hasRead)
      if (step.kind === 'work') break
      if (step.kind === 'rejoin') {
        logger.info(`Joining again: ${step.reason}`)
        membership.requestRejoin(step.reason)
        return false
      }
      if (!(await this.#readToEnd())) return false
      hasRead = true
      this.#local = configs.snapshot
    }
    this.#unsynced = 0
    this.#stage = 'starting and stopping connectors and tasks'
    await work(place.owned, place)
    this.#settled = place
    this.#settling.resolve(place)
    this.#settling = Promise.withResolvers()
    const { connectors, tasks } = place.assignment.revoked
    if (connectors.length + tasks.length === 0) return true
    membership.requestRejoin('what was given up can be given to others')
    return false
  }

  /** @returns false after the worker left the group because it could not. */
  async #readToEnd(): Promise<boolean> {
    const { configs, syncTimeoutMs, membership, logger, clock, group } = this.#deps
    this.#stage = 'reading to the end of the config topic'
    try {
      await configs.readToEnd(syncTimeoutMs)
      return true
    } catch (error) {
      logger.warn(`${messageOf(error)}. This worker leaves the group and joins again later.`)
    }
    await membership.leave('taking too long to read the log')
    this.#unsynced++
    const delayMs = this.#deps.unsyncBackoffMs(UNSYNC_MAX + 1 - this.#unsynced)
    if (this.#unsynced >= UNSYNC_MAX) {
      this.#unsynced = 0
      await group.onLost()
    }
    await clock.sleep(delayMs, this.#closing.signal)
    return false
  }

  async #applyEvents(): Promise<void> {
    const { membership, perform } = this.#deps
    const events = this.#events
    if (events.length === 0) return
    this.#events = []
    this.#stage = 'applying changes of the config topic'
    for (const effect of effectsOf(events, (name) => this.#local?.connectors.has(name) === true)) {
      if (effect.kind === 'rejoin') membership.requestRejoin(effect.reason)
      else await perform(effect)
    }
  }

  /** @returns How long until the next key is due. */
  async #renewKey(place: GroupPlace): Promise<number> {
    const { clock, configs, sessionKeys, logger } = this.#deps
    if (!place.isLeader || place.protocol !== 'sessioned') return Number.POSITIVE_INFINITY
    const leftMs = () => keyExpiryMs(configs.snapshot.sessionKey, sessionKeys) - clock.now()
    if (leftMs() > 0) return leftMs()
    this.#stage = 'writing a new session key to the config topic'
    try {
      await configs.putSessionKey(newSessionKey(sessionKeys, clock.now()))
      return leftMs()
    } catch (error) {
      logger.error(`A new session key could not be written: ${messageOf(error)}`, error)
      return KEY_RETRY_MS
    }
  }
}
