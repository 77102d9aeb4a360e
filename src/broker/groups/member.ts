import { errorCode } from '../../protocol/error-codes.ts'
import type { Cancel } from '../clock.ts'
import {
  type GroupProtocol,
  type JoinAnswer,
  type JoinRequest,
  refusedJoin,
  refusedSync,
  type SyncAnswer,
} from './requests.ts'

const noBytes: Buffer = Buffer.alloc(0)

type MemberOptions = Pick<
  JoinRequest,
  'instanceId' | 'clientId' | 'clientHost' | 'sessionTimeoutMs' | 'rebalanceTimeoutMs' | 'protocols'
>

/** One member of a group, and the requests of it that wait for the others. */
export class Member {
  /** Another one after a static member came back. */
  id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  protocols: readonly GroupProtocol[]
  assignment = noBytes
  /** Has not been in any generation yet. */
  isNew: boolean
  /** Stops the countdown of its session. */
  cancelSession: Cancel = () => {}
  #join: ((answer: JoinAnswer | Promise<JoinAnswer>) => void) | null = null
  #sync: ((answer: SyncAnswer | Promise<SyncAnswer>) => void) | null = null

  constructor(id: string, options: MemberOptions, isNew: boolean) {
    this.id = id
    this.instanceId = options.instanceId
    this.clientId = options.clientId
    this.clientHost = options.clientHost
    this.sessionTimeoutMs = options.sessionTimeoutMs
    this.rebalanceTimeoutMs = options.rebalanceTimeoutMs
    this.protocols = options.protocols
    this.isNew = isNew
  }

  get isJoining(): boolean {
    return this.#join !== null
  }

  get isSyncing(): boolean {
    return this.#sync !== null
  }

  /** Takes over what the member asks for now, which is answered by `answerJoin`. */
  join(request: JoinRequest): Promise<JoinAnswer> {
    this.sessionTimeoutMs = request.sessionTimeoutMs
    this.rebalanceTimeoutMs = request.rebalanceTimeoutMs
    this.protocols = request.protocols
    this.answerJoin(refusedJoin(errorCode.REBALANCE_IN_PROGRESS, this.id))
    return new Promise((resolve) => {
      this.#join = resolve
    })
  }

  sync(): Promise<SyncAnswer> {
    this.answerSync(refusedSync(errorCode.REBALANCE_IN_PROGRESS))
    return new Promise((resolve) => {
      this.#sync = resolve
    })
  }

  /** Does nothing when no join waits. */
  answerJoin(answer: JoinAnswer | Promise<JoinAnswer>): void {
    this.#join?.(answer)
    this.#join = null
  }

  /** Does nothing when no sync waits. */
  answerSync(answer: SyncAnswer | Promise<SyncAnswer>): void {
    this.#sync?.(answer)
    this.#sync = null
  }

  /** Ends what waits, as the member isn't one any more. */
  refuse(code: number): void {
    this.answerJoin(refusedJoin(code, this.id))
    this.answerSync(refusedSync(code))
  }

  /** What the member says under a protocol. */
  metadata(protocolName: string | null): Buffer {
    return this.protocols.find(({ name }) => name === protocolName)?.metadata ?? noBytes
  }

  /** True when the member asks for what it has already. */
  isSame(protocols: readonly GroupProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, index) => {
        const own = this.protocols[index]
        return own?.name === name && own.metadata.equals(metadata)
      })
    )
  }
}
