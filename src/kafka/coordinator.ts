import { isRetriable } from '../base/errors.ts'
import { errorCode } from '../protocol/error-codes.ts'
import type { Fields, FieldsIn, FieldsOut } from '../protocol/fields.ts'
import { type Api, findCoordinator } from './apis.ts'
import type { Broker } from './broker.ts'
import { brokerError } from './broker-error.ts'
import type { Cluster } from './cluster.ts'

const keyTypes = { group: 0, transaction: 1 } as const

/** What a coordinator keeps: a group under its id, or the transactions of a transactional id. */
export type CoordinatorKind = keyof typeof keyTypes

/** A coordinator's own connection has a number of its own, as in Kafka's clients. */
const ID_MAX = 2 ** 31 - 1

const lostCodes: ReadonlySet<number> = new Set([
  errorCode.COORDINATOR_NOT_AVAILABLE,
  errorCode.NOT_COORDINATOR,
])

/**
 * The broker that keeps a group or a transactional id. It has a connection of its own, as a join
 * may wait there for a minute; it is looked for again after it was lost.
 */
export class Coordinator {
  readonly key: string
  readonly #kind: CoordinatorKind
  readonly #cluster: Cluster
  #broker: Broker | null = null
  #finding: Promise<Broker> | null = null

  constructor(cluster: Cluster, key: string, kind: CoordinatorKind = 'group') {
    this.#cluster = cluster
    this.key = key
    this.#kind = kind
  }

  get isKnown(): boolean {
    return this.#broker !== null
  }

  /** Level of the cluster's feature, see `Broker`; 0 before it was asked anything. */
  get transactionVersion(): number {
    return this.#broker?.transactionVersion ?? 0
  }

  /** @throws ConnectError KAFKA_UNAVAILABLE when it can't be found or reached. */
  async send<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    body: FieldsIn<Q>,
    timeoutMs?: number,
  ): Promise<FieldsOut<S>> {
    const broker = this.#broker ?? (await this.#find())
    try {
      return await broker.send(api, body, timeoutMs)
    } catch (error) {
      if (isRetriable(error)) this.forget(broker)
      throw error
    }
  }

  /** @throws ConnectError for every code but NONE; one that says it moved makes it be looked for. */
  check(what: string, code: number): void {
    if (code === errorCode.NONE) return
    if (lostCodes.has(code)) this.forget()
    throw brokerError(`${what} of ${this.#kind} ${this.key}`, code)
  }

  /** It is looked for again; when given, only if `broker` is still the one. */
  forget(broker: Broker | null = this.#broker): void {
    if (broker === null || broker !== this.#broker) return
    broker.close()
    this.#broker = null
  }

  close(): void {
    this.forget()
  }

  #find(): Promise<Broker> {
    this.#finding ??= this.#ask().finally(() => {
      this.#finding = null
    })
    return this.#finding
  }

  async #ask(): Promise<Broker> {
    const answer = await this.#cluster.send(findCoordinator, {
      key: this.key,
      keyType: keyTypes[this.#kind],
      coordinatorKeys: [this.key],
    })
    const found = answer.coordinators[0] ?? answer
    if (found.errorCode !== errorCode.NONE) {
      throw brokerError(`finding the coordinator of ${this.#kind} ${this.key}`, found.errorCode)
    }
    this.#broker = this.#cluster.separateBroker(found.host, found.port, ID_MAX - found.nodeId)
    return this.#broker
  }
}
