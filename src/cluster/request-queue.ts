import type { Clock } from '../base/clock.ts'
import { ConnectError } from '../base/errors.ts'

/** How long a user's request may take, as in the reference. */
const REQUEST_TIMEOUT_MS = 90_000
/** How long code of a plug-in may hold up the requests behind it. */
const GIVE_WAY_AFTER_MS = 5_000
/** Requests that may be under way; one more is refused. */
const REQUESTS_MAX = 1_000

export interface QueueLimits {
  /** Time from a call of `run` until it is given up. */
  readonly timeoutMs: number
  readonly requestsMax: number
}

const userLimits: QueueLimits = { timeoutMs: REQUEST_TIMEOUT_MS, requestsMax: REQUESTS_MAX }

/** What a request may do while it is its turn. */
export interface Turn {
  /** Names what happens now, for the text of a time-out. */
  stage<T>(text: string, call: () => Promise<T>): Promise<T>
  /** Within a stage: what happens from now on. */
  note(text: string): void
  /**
   * As `stage`, for code of plug-ins, which may never return: as soon as it has taken 5 s and
   * another request for the same connector waits, it is left to itself.
   * @throws ConnectError CONNECT_FAILED when it was left; REQUEST_TIMEOUT when it took too long
   *   for itself, naming the stage.
   */
  plugin<T>(text: string, call: () => Promise<T>): Promise<T>
  /** Runs after the request was answered, before the next one for the connector. */
  afterwards(work: () => Promise<void>): void
}

interface Stage {
  readonly text: string
  readonly beganMs: number
  endedMs: number | null
}

/** Requests for one connector: one runs, the others wait in order. */
interface Lane {
  readonly waiting: Array<() => Promise<void>>
  running: boolean
  stage: Stage | null
  /** Resolves the wait for a second request. */
  onWaiting: (() => void) | null
}

/**
 * Runs the requests for one connector in the order in which they came, those for different
 * connectors side by side, so that a connector that hangs holds up nobody else. Nothing waits
 * longer than its deadline; a request whose deadline passes while it waits is never begun.
 */
export class RequestQueue {
  readonly #clock: Clock
  readonly #onError: (connector: string, error: unknown) => void
  readonly #limits: QueueLimits
  /** By connector, or by a key of its own for what waits for nobody. */
  readonly #lanes = new Map<string | symbol, Lane>()
  readonly #closing = new AbortController()
  #count = 0
  #idle = Promise.withResolvers<void>()

  /** @param onError Takes errors of work that runs after the answer. */
  constructor(
    clock: Clock,
    onError: (connector: string, error: unknown) => void,
    limits: QueueLimits = userLimits,
  ) {
    this.#clock = clock
    this.#onError = onError
    this.#limits = limits
  }

  /** @throws ConnectError REQUEST_TIMEOUT when time is over, naming what the worker does. */
  run<T>(connector: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#run(connector, connector, work)
  }

  /** As `run`, for a request that changes nothing: no other one waits for it. */
  runAside<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#run(Symbol('aside'), '', work)
  }

  #run<T>(key: string | symbol, connector: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) return Promise.reject(closedError())
    if (this.#count >= this.#limits.requestsMax) {
      return Promise.reject(fullError(this.#limits.requestsMax))
    }
    const lane = this.#laneOf(key)
    const answer = Promise.withResolvers<T>()
    const deadline = new AbortController()
    this.#count++
    lane.waiting.push(async () => {
      if (deadline.signal.aborted) return
      const afterwards: Array<() => Promise<void>> = []
      try {
        if (this.#closing.signal.aborted) throw closedError()
        answer.resolve(await work(this.#turn(connector, lane, afterwards)))
      } catch (error) {
        answer.reject(error)
      }
      deadline.abort()
      for (const job of afterwards) {
        await job().catch((error: unknown) => this.#onError(connector, error))
      }
    })
    void this.#clock.sleep(this.#limits.timeoutMs, deadline.signal).then(() => {
      if (deadline.signal.aborted) return
      deadline.abort()
      answer.reject(timeoutError(lane.stage))
    })
    if (lane.running) lane.onWaiting?.()
    else void this.#drain(key, lane)
    return answer.promise
  }

  /** What the worker does at the moment, as a sentence; `''` when nothing is known. */
  stage(): string {
    const stages = [...this.#lanes.values()].map(({ stage }) => stage)
    return stageText(stages.find((stage) => stage?.endedMs === null) ?? null)
  }

  /** Refuses what comes from now on; resolves when what has begun is done, or after `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing.abort()
    if (this.#count === 0) return
    const over = new AbortController()
    await Promise.race([this.#idle.promise, this.#clock.sleep(timeoutMs, over.signal)])
    over.abort()
  }

  #laneOf(key: string | symbol): Lane {
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    const lane: Lane = { waiting: [], running: false, stage: null, onWaiting: null }
    this.#lanes.set(key, lane)
    return lane
  }

  async #drain(key: string | symbol, lane: Lane): Promise<void> {
    lane.running = true
    for (let next = lane.waiting.shift(); next !== undefined; next = lane.waiting.shift()) {
      await next()
      this.#count--
    }
    this.#lanes.delete(key)
    if (this.#count === 0) {
      this.#idle.resolve()
      this.#idle = Promise.withResolvers()
    }
  }

  #turn(connector: string, lane: Lane, afterwards: Array<() => Promise<void>>): Turn {
    const end = () => {
      if (lane.stage !== null) lane.stage.endedMs ??= this.#clock.now()
    }
    const note = (text: string) => {
      end()
      lane.stage = { text, beganMs: this.#clock.now(), endedMs: null }
    }
    const stage = async <T>(text: string, call: () => Promise<T>): Promise<T> => {
      note(text)
      try {
        return await call()
      } finally {
        end()
      }
    }
    return {
      stage,
      note,
      plugin: (text, call) =>
        stage(text, async () => {
          const settled = new AbortController()
          const leave = this.#giveWay(lane, settled.signal).then(() => {
            throw leftError(connector, text)
          })
          // The loser of the race may still reject, long after anybody listens.
          leave.catch(() => {})
          try {
            return await Promise.race([call(), leave])
          } catch (error) {
            const isLate = error instanceof ConnectError && error.code === 'REQUEST_TIMEOUT'
            throw isLate ? timeoutError(lane.stage, error) : error
          } finally {
            settled.abort()
          }
        }),
      afterwards: (work) => afterwards.push(work),
    }
  }

  async #giveWay(lane: Lane, settled: AbortSignal): Promise<void> {
    await this.#clock.sleep(GIVE_WAY_AFTER_MS, settled)
    while (lane.waiting.length === 0 && !settled.aborted) {
      await new Promise<void>((resolve) => {
        lane.onWaiting = resolve
        settled.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    lane.onWaiting = null
  }
}

function stageText(stage: Stage | null): string {
  if (stage === null) return ''
  const began = new Date(stage.beganMs).toISOString()
  if (stage.endedMs === null) {
    return `The worker is currently ${stage.text}, which began at ${began}.`
  }
  const ended = new Date(stage.endedMs).toISOString()
  return `The last operation the worker completed was ${stage.text}, which began at ${began} and completed at ${ended}.`
}

/** @param cause Whose message follows the stage. */
function timeoutError(stage: Stage | null, cause?: ConnectError): ConnectError {
  const text = [stageText(stage), cause?.message ?? ''].filter((part) => part !== '').join(' ')
  return new ConnectError(`Request timed out${text === '' ? '' : `. ${text}`}`, {
    code: 'REQUEST_TIMEOUT',
    cause,
  })
}

function leftError(connector: string, text: string): ConnectError {
  return new ConnectError(
    `The worker gave up ${text}: it took longer than ${GIVE_WAY_AFTER_MS} ms, and another request for connector ${connector} was waiting`,
    { code: 'CONNECT_FAILED' },
  )
}

function closedError(): ConnectError {
  return new ConnectError('Worker is shutting down', { code: 'WORKER_STATE' })
}

function fullError(requestsMax: number): ConnectError {
  return new ConnectError(
    `The worker has ${requestsMax} requests under way. Try again when some are done.`,
    { code: 'WORKER_STATE' },
  )
}
