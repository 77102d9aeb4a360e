import type { Fields, FieldsIn, FieldsOut } from '../protocol/fields.ts'
import type { Message } from '../protocol/message.ts'
import type { Broker } from './broker.ts'
import type { Cancel } from './clock.ts'
import type { Login } from './security/login.ts'

/** Who asks, and how. */
export interface RequestContext {
  readonly apiVersion: number
  readonly clientId: string
  /** As Apache Kafka shows it, such as `/127.0.0.1`. */
  readonly clientHost: string
  /** The address of this broker that the client should use. */
  readonly advertised: { readonly host: string; readonly port: number }
  /** null where clients need not log in. */
  readonly login: Login | null
  /** Lets the connection end once the answers to it and to what came before are sent. */
  end(): void
  /** Calls back when the connection ends, so that a parked request can be let go. */
  onClose(callback: () => void): Cancel
}

/** null: the client expects no answer. */
export type Answer<S extends Fields> = FieldsIn<S> | null

/** One API of the broker: a file in `handlers/` has one of these. */
export interface Api<Q extends Fields = Fields, S extends Fields = Fields> {
  readonly request: Message<Q>
  readonly response: Message<S>
  /** What ApiVersions offers. */
  readonly versions: readonly [first: number, last: number]
  /**
   * Byte strings in `body` are views of what came over the network: whoever keeps one longer, or
   * answers with it, copies it.
   */
  handle(
    broker: Broker,
    body: FieldsOut<Q>,
    context: RequestContext,
  ): Answer<S> | Promise<Answer<S>>
  /** The answer that says `errorCode` for everything that was asked. */
  refuse(body: FieldsOut<Q>, errorCode: number, context: RequestContext): Answer<S>
}

export function defineApi<Q extends Fields, S extends Fields>(api: Api<Q, S>): Api<Q, S> {
  return api
}
