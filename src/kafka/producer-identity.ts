import { errorCode } from '../protocol/error-codes.ts'
import { initProducerId } from './apis.ts'
import { brokerError } from './broker-error.ts'
import type { Cluster } from './cluster.ts'

interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** How brokers know an idempotent producer; its batches are numbered per identity. */
export class ProducerIdentity {
  readonly #cluster: Cluster
  #current: Identity | null = null
  #isValid: boolean

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#isValid = false
  }

  /** null until there is one, and again after `invalidate`. */
  get current(): Identity | null {
    return this.#isValid ? this.#current : null
  }

  /** A batch that was numbered will never arrive: what follows needs a new numbering. */
  invalidate(): void {
    this.#isValid = false
  }

  /** @throws ConnectError KAFKA_UNAVAILABLE, or KAFKA when the broker refuses. */
  async obtain(): Promise<void> {
    const { errorCode: code, ...identity } = await this.#cluster.send(initProducerId, {
      transactionalId: null,
      transactionTimeoutMs: 0x7fffffff,
    })
    if (code !== errorCode.NONE) throw brokerError('getting a producer id', code)
    this.#current = identity
    this.#isValid = true
  }
}
