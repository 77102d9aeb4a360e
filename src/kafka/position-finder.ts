import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Cluster } from './cluster.ts'
import type { ConsumerConfig } from './consumer-config.ts'
import type { Coordinator } from './coordinator.ts'
import type { Fetcher } from './fetcher.ts'
import { fetchGroupOffsets } from './group-offsets.ts'
import { EARLIEST, findOffsets, type IsolationLevel, LATEST } from './list-offsets.ts'
import type { PartitionState } from './partition-state.ts'

export interface PositionFinderOptions {
  readonly config: ConsumerConfig
  readonly cluster: Cluster
  /** null without a group, then there are no committed offsets. */
  readonly coordinator: Coordinator | null
  readonly fetcher: Fetcher
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Called when positions were found or cannot be. */
  readonly notify: () => void
}

/** Finds where partitions start: at the group's offset, else where `auto.offset.reset` says. */
export class PositionFinder {
  readonly #options: PositionFinderOptions
  #finding: Promise<void> | null = null
  #failure: ConnectError | null = null

  constructor(options: PositionFinderOptions) {
    this.#options = options
  }

  /** Begins to find what is missing, until it is found. */
  find(): void {
    const missing = this.#options.fetcher.states().filter(({ position }) => position === null)
    if (missing.length === 0) return
    this.#finding ??= this.#try(missing).finally(() => {
      this.#finding = null
      this.#options.notify()
    })
  }

  /** Error for which positions can't be found; given once. */
  takeFailure(): ConnectError | null {
    const failure = this.#failure
    this.#failure = null
    return failure
  }

  /**
   * One try.
   * @throws ConnectError
   */
  async findNow(states: readonly PartitionState[]): Promise<void> {
    const { coordinator, cluster, config } = this.#options
    if (coordinator !== null) {
      const inRange = states.filter(({ isOutOfRange }) => !isOutOfRange)
      apply(inRange, inRange.length === 0 ? [] : await fetchGroupOffsets(coordinator, inRange))
    }
    const rest = states.filter(({ position }) => position === null)
    if (rest.length === 0) return
    const policy = config['auto.offset.reset']
    if (policy === 'none') throw noOffset(rest, coordinator?.key ?? '')
    const isolation = config['isolation.level'].toLowerCase() as IsolationLevel
    const timestamp = policy === 'earliest' ? EARLIEST : LATEST
    apply(rest, await findOffsets(cluster, isolation, rest, timestamp))
  }

  async #try(states: readonly PartitionState[]): Promise<void> {
    const { clock, config, logger, signal } = this.#options
    try {
      await this.findNow(states)
    } catch (error) {
      if (signal.aborted) return
      if (isRetriable(error)) logger.debug('no positions yet', error)
      else this.#failure = error as ConnectError
      await clock.sleep(config['retry.backoff.ms'], signal)
    }
  }
}

/** A position that the caller chose meanwhile stays. */
function apply(
  states: readonly PartitionState[],
  offsets: readonly {
    readonly topic: string
    readonly partition: number
    readonly offset: number
  }[],
): void {
  for (const { topic, partition, offset } of offsets) {
    const state = states.find((each) => each.topic === topic && each.partition === partition)
    if (state?.position === null) state.seek(offset)
  }
}

function noOffset(states: readonly PartitionState[], groupId: string): ConnectError {
  const names = states.map(({ topic, partition }) => `${topic}-${partition}`).join(', ')
  return new ConnectError(
    `group ${groupId} has no offset for ${names} and auto.offset.reset is none: set it to earliest or latest, or store offsets first`,
    { code: 'KAFKA' },
  )
}
