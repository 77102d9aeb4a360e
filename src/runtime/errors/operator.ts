import type { Clock } from '../../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ErrorMetrics } from '../../metrics/error-metrics.ts'
import { NotReady } from '../../sdk/not-ready.ts'
import { unlessAborted } from '../task-control.ts'
import { type Failure, placeText, type Reporter, sameOrigin } from './failure.ts'
import { retryDelayMs } from './retry-delay.ts'

/** `errors.*` of a connector. */
export interface ErrorHandling {
  readonly tolerance: 'none' | 'all'
  /** -1 retries for ever. */
  readonly retryTimeoutMs: number
  readonly retryDelayMaxMs: number
}

export interface OperatorDeps {
  readonly handling: ErrorHandling
  readonly reporters: readonly Reporter[]
  readonly clock: Clock
  readonly random: () => number
  /** Ends a wait between attempts. */
  readonly stopSignal: AbortSignal
  readonly metrics: ErrorMetrics
  readonly logger: Logger
}

export type Verdict =
  /** The caller processes the record again, from its first stage: stages are pure. */
  | 'retry'
  /** Reported and tolerated: the caller goes on with the next record. */
  | 'skip'
  /** The task stops: the record counts as not seen. */
  | 'stop'

interface Retrying {
  readonly failure: Failure
  readonly deadlineMs: number
  attempt: number
}

/**
 * Decides what follows when a stage failed for a record. It is only called then, so a record that
 * passes costs nothing here.
 */
export class ErrorOperator {
  readonly #deps: OperatorDeps
  #retrying: Retrying | null = null

  constructor(deps: OperatorDeps) {
    this.#deps = deps
  }

  get tolerates(): boolean {
    return this.#deps.handling.tolerance === 'all'
  }

  /**
   * For a stage that may be tried again; waits before it says so.
   * @throws ConnectError CONNECT_FAILED when `errors.tolerance` is none.
   */
  async decide(failure: Failure): Promise<Verdict> {
    if (failure.error instanceof NotReady) return this.#awaitReady(failure, failure.error)
    if (isRetriable(failure.error)) {
      const verdict = await this.#retry(failure)
      if (verdict !== null) return verdict
    }
    this.#retrying = null
    await this.report(failure)
    this.#deps.metrics.errored()
    if (!this.tolerates) throw toleranceExceeded(located(failure))
    this.#deps.metrics.skipped()
    return 'skip'
  }

  /**
   * For a stage that has failed for good: reports it, to all reporters also if it isn't tolerated.
   * @throws ConnectError CONNECT_FAILED when `errors.tolerance` is none.
   */
  async failed(failure: Failure): Promise<void> {
    await this.report(failure)
    if (this.tolerates) return
    this.#deps.metrics.errored()
    throw toleranceExceeded(located(failure))
  }

  /** Every reporter has begun when this returns, and is done when it resolves. */
  async report(failure: Failure): Promise<void> {
    const { reporters, metrics, clock, logger } = this.#deps
    metrics.failed(clock.now())
    const report = async (reporter: Reporter) => {
      try {
        await reporter(failure)
      } catch (error) {
        logger.error(`Could not report a failed record: ${messageOf(error)}`, error)
      }
    }
    await Promise.all(reporters.map(report))
  }

  async #awaitReady(failure: Failure, { ready }: NotReady): Promise<Verdict> {
    const { stopSignal } = this.#deps
    try {
      await unlessAborted(ready, stopSignal)
      // A converter that is never ready must not keep everything else from its turn.
      await new Promise(setImmediate)
    } catch (error) {
      return this.decide({ ...failure, error })
    }
    return stopSignal.aborted ? 'stop' : 'retry'
  }

  async #retry(failure: Failure): Promise<Verdict | null> {
    const { handling, clock, random, stopSignal, metrics, logger } = this.#deps
    const retrying = this.#current(failure)
    const leftMs = retrying.deadlineMs - clock.elapsed()
    if (leftMs <= 0) return null
    retrying.attempt++
    metrics.retried()
    const delayMs = retryDelayMs(retrying.attempt, handling.retryDelayMaxMs, random)
    logger.debug(
      `Trying ${failure.stage} again in ${delayMs} ms, attempt ${retrying.attempt}: ${messageOf(failure.error)}`,
    )
    await clock.sleep(Math.min(delayMs, leftMs), stopSignal)
    return stopSignal.aborted ? 'stop' : 'retry'
  }

  #current(failure: Failure): Retrying {
    const known = this.#retrying
    if (
      known !== null &&
      known.failure.stage === failure.stage &&
      sameOrigin(known.failure.origin, failure.origin)
    ) {
      return known
    }
    const { handling, clock } = this.#deps
    const { retryTimeoutMs } = handling
    const deadlineMs =
      retryTimeoutMs < 0 ? Number.POSITIVE_INFINITY : clock.elapsed() + retryTimeoutMs
    this.#retrying = { failure, deadlineMs, attempt: 0 }
    return this.#retrying
  }
}

/** The failure with the place of its record, which the plug-in that failed does not know. */
function located({ stage, origin, error }: Failure): ConnectError {
  return new ConnectError(`${stage} failed for ${placeText(origin)}`, {
    code: 'CONNECT_FAILED',
    cause: error,
  })
}

export function toleranceExceeded(cause: unknown): ConnectError {
  return new ConnectError('Tolerance exceeded in error handler', { code: 'CONNECT_FAILED', cause })
}
