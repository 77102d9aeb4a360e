import { errorCode } from '../../protocol/error-codes.ts'
import { numberSetting } from '../own-settings.ts'
import { type LedgerDependencies, TransactionLedger } from './ledger.ts'
import type { ProducerIds } from './producer-ids.ts'
import {
  completed,
  fenced,
  hasAll,
  isEnding,
  isEpochExhausted,
  isOver,
  isRenewedFrom,
  noPartitions,
  type Partitions,
  prepared,
  renewed,
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
  /** By transactional ids: what `join` last began, as long as it is not done. */
  readonly #joining = new Map<string, Promise<number>>()

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

  /** As `add`, at once where nothing has to be written; calls of one producer keep their order. */
  join(producer: TransactionalProducer, partitions: Partitions): number | Promise<number> {
    const { transactionalId: id } = producer
    const before = this.#joining.get(id)
    const isIn = this.verify(producer, partitions) === errorCode.NONE
    if (before === undefined && isIn) return errorCode.NONE
    const joined = (before ?? Promise.resolve()).then(() => this.add(producer, partitions))
    this.#joining.set(id, joined)
    void joined.finally(() => {
      if (this.#joining.get(id) === joined) this.#joining.delete(id)
    })
    return joined
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

  /**
   * As `end`; the producer goes on as the one that is answered. Aborts also what has no partition,
   * for a producer that doesn't know what became of its records.
   */
  async endAndRenew(producer: TransactionalProducer, isCommit: boolean): Promise<ProducerIdAnswer> {
    const known = this.get(producer.transactionalId)
    if (known !== null && isRenewedFrom(known, producer)) return answerAgain(known, isCommit)
    const found = this.#find(producer)
    if (typeof found === 'number') return refusedProducer(found)
    const mayEnd = found.state === 'Ongoing' || (!isCommit && isOver(found))
    if (!mayEnd) return refusedProducer(errorCode.INVALID_TXN_STATE)
    const nextProducerId = isEpochExhausted(found) ? this.#takeId() : -1
    if (nextProducerId === null) return refusedProducer(errorCode.COORDINATOR_LOAD_IN_PROGRESS)
    const decided = renewed(found, isCommit, nextProducerId, this.#nowMs())
    return (await this.#ledger.end(decided))
      ? acceptedProducer(completed(decided, decided.lastUpdateMs))
      : refusedProducer(errorCode.COORDINATOR_NOT_AVAILABLE)
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
      nextProducerId: -1,
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

function acceptedProducer({ producerId, producerEpoch }: ProducerIdentity): ProducerIdAnswer {
  return { errorCode: errorCode.NONE, producerId, producerEpoch }
}

/** For a producer that has asked for the end before. */
function answerAgain(known: Transaction, isCommit: boolean): ProducerIdAnswer {
  const isCommitted = known.state === 'PrepareCommit' || known.state === 'CompleteCommit'
  if (isCommitted !== isCommit) return refusedProducer(errorCode.INVALID_TXN_STATE)
  return isEnding(known)
    ? refusedProducer(errorCode.CONCURRENT_TRANSACTIONS)
    : acceptedProducer(known)
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
