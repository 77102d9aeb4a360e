import { errorCode } from '../../protocol/error-codes.ts'
import { numberSetting } from '../own-settings.ts'
import { type LedgerDependencies, TransactionLedger } from './ledger.ts'
import type { ProducerIds } from './producer-ids.ts'
import {
  fenced,
  hasAll,
  isEnding,
  isEpochExhausted,
  noPartitions,
  type Partitions,
  prepared,
  type Transaction,
  withPartitions,
} from './transaction.ts'

export interface TransactionDependencies extends LedgerDependencies {
  readonly producerIds: ProducerIds
}

/** What a producer is known by. */
export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

interface NextIdentity extends ProducerIdentity {
  readonly previousProducerId: number
}

/** The ids are -1 with an error. */
export interface ProducerIdAnswer extends ProducerIdentity {
  readonly errorCode: number
}

export interface TransactionalProducer extends ProducerIdentity {
  readonly transactionalId: string
}

/** Who wants to be the producer of a transactional id; with ids of -1 when it never was. */
export interface InitRequest extends TransactionalProducer {
  readonly transactionTimeoutMs: number
}

/** All transactional ids of the broker. What it answers is kept as its flush mode asks. */
export class TransactionCoordinator {
  readonly #dependencies: TransactionDependencies
  readonly #ledger: TransactionLedger
  readonly #timeoutMaxMs: number

  /** Reads the log and finishes transactions whose end was decided before the restart. */
  constructor(dependencies: TransactionDependencies) {
    const { settings } = dependencies
    this.#dependencies = dependencies
    this.#timeoutMaxMs = numberSetting(settings, 'transaction.max.timeout.ms')
    this.#ledger = new TransactionLedger(dependencies)
  }

  /** Stops all timers. */
  close(): void {
    this.#ledger.close()
  }

  all(): Iterable<Transaction> {
    return this.#ledger.all()
  }

  get(transactionalId: string): Transaction | null {
    return this.#ledger.get(transactionalId)
  }

  /** An id for a producer without transactions. */
  newProducer(): ProducerIdAnswer {
    const producerId = this.#takeId()
    if (producerId === null) return refusedProducer(errorCode.COORDINATOR_LOAD_IN_PROGRESS)
    return { errorCode: errorCode.NONE, producerId, producerEpoch: 0 }
  }

  /** Makes the asking producer the only one of its transactional id; gives up what is open. */
  async initProducer(request: InitRequest): Promise<ProducerIdAnswer> {
    const { transactionalId: id, transactionTimeoutMs: timeoutMs } = request
    if (id === '') return refusedProducer(errorCode.INVALID_REQUEST)
    if (timeoutMs <= 0 || timeoutMs > this.#timeoutMaxMs) {
      return refusedProducer(errorCode.INVALID_TRANSACTION_TIMEOUT)
    }
    const known = this.get(id)
    const isStranger = known !== null && !isWelcome(known, request)
    if (isStranger) return refusedProducer(errorCode.PRODUCER_FENCED)
    if (known !== null && isEnding(known)) {
      return refusedProducer(errorCode.CONCURRENT_TRANSACTIONS)
    }
    if (known?.state === 'Ongoing') {
      await this.#ledger.end(fenced(known, this.#nowMs()))
      return refusedProducer(errorCode.CONCURRENT_TRANSACTIONS)
    }
    return await this.#begin(known, request)
  }

  /** Takes partitions into the producer's transaction, which begins with the first. */
  async add(producer: TransactionalProducer, partitions: Partitions): Promise<number> {
    const found = this.#find(producer)
    if (typeof found === 'number') return found
    if (isEnding(found)) return errorCode.CONCURRENT_TRANSACTIONS
    if (found.state === 'Ongoing' && hasAll(found, partitions)) return errorCode.NONE
    return codeOf(await this.#ledger.put(withPartitions(found, partitions, this.#nowMs())))
  }

  /** Whether the producer may write to partitions now: an error code. */
  verify(producer: TransactionalProducer, partitions: Partitions): number {
    const found = this.#find(producer)
    if (typeof found === 'number') return found
    const isIn = found.state === 'Ongoing' && hasAll(found, partitions)
    return isIn ? errorCode.NONE : errorCode.INVALID_TXN_STATE
  }

  /** Commits or aborts; the answer comes when all partitions know of it. */
  async end(producer: TransactionalProducer, isCommit: boolean): Promise<number> {
    const found = this.#find(producer)
    if (typeof found === 'number') return found
    switch (found.state) {
      case 'Ongoing':
        return codeOf(await this.#ledger.end(prepared(found, isCommit, this.#nowMs())))
      case 'CompleteCommit':
      case 'CompleteAbort':
        return (found.state === 'CompleteCommit') === isCommit
          ? errorCode.NONE
          : errorCode.INVALID_TXN_STATE
      case 'PrepareCommit':
      case 'PrepareAbort':
        return (found.state === 'PrepareCommit') === isCommit
          ? errorCode.CONCURRENT_TRANSACTIONS
          : errorCode.INVALID_TXN_STATE
      default:
        return errorCode.INVALID_TXN_STATE
    }
  }

  /** @returns An error code where the producer isn't, or is no more, the one of its id. */
  #find({ transactionalId, producerId, producerEpoch }: TransactionalProducer) {
    if (transactionalId === '') return errorCode.INVALID_REQUEST
    const known = this.get(transactionalId)
    if (known?.producerId !== producerId) return errorCode.INVALID_PRODUCER_ID_MAPPING
    return known.producerEpoch === producerEpoch ? known : errorCode.PRODUCER_FENCED
  }

  async #begin(known: Transaction | null, request: InitRequest): Promise<ProducerIdAnswer> {
    const identity = this.#nextIdentity(known, request)
    if (identity === null) return refusedProducer(errorCode.COORDINATOR_LOAD_IN_PROGRESS)
    const { producerId, producerEpoch, previousProducerId } = identity
    const isKept = await this.#ledger.put({
      id: request.transactionalId,
      producerId,
      producerEpoch,
      lastEpoch: request.producerEpoch,
      previousProducerId,
      timeoutMs: request.transactionTimeoutMs,
      state: 'Empty',
      partitions: noPartitions,
      lastUpdateMs: this.#nowMs(),
      startMs: -1,
    })
    return isKept
      ? { errorCode: errorCode.NONE, producerId, producerEpoch }
      : refusedProducer(errorCode.COORDINATOR_NOT_AVAILABLE)
  }

  /** null when there is no id to be had. */
  #nextIdentity(known: Transaction | null, request: InitRequest): NextIdentity | null {
    const isRepeated = request.producerEpoch >= 0 && request.producerEpoch === known?.lastEpoch
    if (known === null || (isEpochExhausted(known) && !isRepeated)) {
      const producerId = this.#takeId()
      const previousProducerId = known?.producerId ?? -1
      return producerId === null ? null : { producerId, producerEpoch: 0, previousProducerId }
    }
    const { producerId, producerEpoch, previousProducerId } = known
    return {
      producerId,
      producerEpoch: isRepeated ? producerEpoch : producerEpoch + 1,
      previousProducerId,
    }
  }

  #takeId(): number | null {
    const { producerIds, logger } = this.#dependencies
    try {
      return producerIds.take()
    } catch (error) {
      logger?.error('no producer ids can be reserved', error)
      return null
    }
  }

  #nowMs(): number {
    return this.#dependencies.clock.now()
  }
}

export function refusedProducer(code: number): ProducerIdAnswer {
  return { errorCode: code, producerId: -1, producerEpoch: -1 }
}

/** Whether the producer is new, or still the one of its id. */
function isWelcome(known: Transaction, { producerId, producerEpoch }: ProducerIdentity): boolean {
  if (producerEpoch < 0) return true
  const isRotated = producerId === known.previousProducerId && isEpochExhausted({ producerEpoch })
  const isCurrent = producerEpoch === known.producerEpoch || producerEpoch === known.lastEpoch
  return (producerId === known.producerId || isRotated) && (known.state === 'Ongoing' || isCurrent)
}

function codeOf(isKept: boolean): number {
  return isKept ? errorCode.NONE : errorCode.COORDINATOR_NOT_AVAILABLE
}
