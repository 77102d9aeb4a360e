import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Membership } from '../../kafka/membership.ts'
import { settlesWithin } from '../../runtime/time-limit.ts'
import type { LeaderWriter } from './leader-writer.ts'

export interface LeaderClaimDependencies {
  readonly writer: LeaderWriter
  readonly membership: Pick<Membership, 'expectRebalance'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Long enough to hear that the group has another leader by now. */
const DELAY_MIN_MS = 250
const DELAY_MAX_MS = 5000
/** How long a change waits for a leader that takes over. */
const HELD_TIMEOUT_MS = 5000

/** Sees to it that the leader, and nobody else, can write the config topic. */
export class LeaderClaim {
  readonly #deps: LeaderClaimDependencies
  /** Whether this worker could write when it last looked. */
  #had: boolean
  #retryAtMs = 0
  #delayMs = DELAY_MIN_MS
  #looked = Promise.withResolvers<void>()

  constructor(deps: LeaderClaimDependencies) {
    this.#deps = deps
    this.#had = false
  }

  /**
   * @returns When to call again by `Clock.elapsed`, whatever happens: a leader that can't write
   *   tries again.
   */
  async keep(isLeader: boolean): Promise<number> {
    const { writer } = this.#deps
    const dueMs = isLeader ? await this.#keepLeading() : Number.POSITIVE_INFINITY
    if (!isLeader) await writer.release()
    this.#had = writer.isClaimed
    this.#looked.resolve()
    this.#looked = Promise.withResolvers()
    return dueMs
  }

  /** Resolves when this worker, which leads, can write; or soon, when it can't. */
  async held(): Promise<void> {
    const { writer, clock } = this.#deps
    const deadlineMs = clock.elapsed() + HELD_TIMEOUT_MS
    while (!writer.isClaimed && clock.elapsed() < deadlineMs) {
      await settlesWithin(this.#looked.promise, deadlineMs - clock.elapsed(), clock)
    }
  }

  async #keepLeading(): Promise<number> {
    const { writer, membership, clock, logger } = this.#deps
    if (writer.isClaimed) return Number.POSITIVE_INFINITY
    if (this.#had) {
      logger.warn('A write to the config topic failed: another worker may be the leader by now')
      membership.expectRebalance()
      this.#retryAtMs = clock.elapsed() + DELAY_MIN_MS
    }
    if (clock.elapsed() < this.#retryAtMs) return this.#retryAtMs
    try {
      await writer.claim()
      this.#delayMs = DELAY_MIN_MS
      return Number.POSITIVE_INFINITY
    } catch (error) {
      logger.warn(
        `This worker leads and can't write the config topic yet: ${messageOf(error)}. Next try in ${this.#delayMs} ms.`,
      )
      this.#retryAtMs = clock.elapsed() + this.#delayMs
      this.#delayMs = Math.min(this.#delayMs * 2, DELAY_MAX_MS)
      return this.#retryAtMs
    }
  }
}
