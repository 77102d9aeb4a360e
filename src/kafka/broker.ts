import { backoffMs } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import { ConnectError } from '../base/errors.ts'
import { millraceVersion } from '../base/version.ts'
import type { NodeMetrics } from '../metrics/node-metrics.ts'
import type { Fields, FieldsIn, FieldsOut } from '../protocol/fields.ts'
import { encodeRequest } from '../protocol/frame.ts'
import { type Api, apiVersions } from './apis.ts'
import { Connection } from './connection.ts'
import type { ConnectionConfig } from './connection-config.ts'
import { exchange } from './exchange.ts'
import type { Security } from './security.ts'

export interface BrokerOptions {
  readonly host: string
  readonly port: number
  readonly config: ConnectionConfig
  readonly security: Security
  readonly clock: Clock
  readonly metrics: NodeMetrics | null
}

/** Versions by API key: oldest and newest. */
type Versions = ReadonlyMap<number, readonly [oldest: number, newest: number]>

/** What a broker says of itself. */
interface Abilities {
  readonly versions: Versions
  /** 2 for transactions as of KIP-890. */
  readonly transactionVersion: number
}

interface Session extends Abilities {
  readonly connection: Connection
  /** When the login has to be made again, on a new connection. */
  readonly expiresAt: number
}

/** Part of a login's lifetime that is used, so that no request comes too late. */
const LOGIN_USE = 0.85

/** Name under which clients of this program appear in the broker's metrics. */
const SOFTWARE = { clientSoftwareName: 'millrace', clientSoftwareVersion: millraceVersion }

/**
 * One broker as one client reaches it: a single connection, made when it is first needed and again
 * after it was lost. Each attempt waits longer than the one before, so a call is a bounded try and
 * whoever calls decides how often.
 */
export class Broker {
  readonly address: string
  readonly #options: BrokerOptions
  readonly #closing = new AbortController()
  #session: Session | null = null
  #opening: Promise<Session> | null = null
  #failures = 0
  #retryAt = 0

  constructor(options: BrokerOptions) {
    this.address = `${options.host}:${options.port}`
    this.#options = options
  }

  get connected(): boolean {
    return this.#session !== null && !this.#session.connection.closed
  }

  /** Level of the cluster's feature `transaction.version`, as the last connection told. */
  get transactionVersion(): number {
    return this.#session?.transactionVersion ?? 0
  }

  /**
   * Sends a request in the newest version that both sides know.
   * @throws ConnectError KAFKA_UNAVAILABLE when there is no connection or no answer in time,
   *   KAFKA_AUTHENTICATION, or KAFKA when the versions don't meet.
   */
  async send<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    body: FieldsIn<Q>,
    timeoutMs: number = this.#options.config['request.timeout.ms'],
  ): Promise<FieldsOut<S>> {
    const { connection, versions } = await this.#open()
    const apiVersion = this.#versionOf(api, versions)
    return exchange(connection, { api, apiVersion, clientId: this.#clientId, body, timeoutMs })
  }

  /** Sends a request that the broker does not answer. */
  async post<Q extends Fields, S extends Fields>(api: Api<Q, S>, body: FieldsIn<Q>): Promise<void> {
    const { connection, versions } = await this.#open()
    const header = {
      apiVersion: this.#versionOf(api, versions),
      correlationId: connection.nextCorrelationId(),
      clientId: this.#clientId,
    }
    await connection.post(encodeRequest(api.request, header, body))
  }

  /** The number that others know it by. */
  noteId(id: number): void {
    this.#options.metrics?.rename(id)
  }

  close(): void {
    this.#closing.abort()
  }

  get #clientId(): string {
    return this.#options.config['client.id']
  }

  #versionOf<Q extends Fields, S extends Fields>(api: Api<Q, S>, versions: Versions): number {
    const { name, key, versions: ours } = api.request
    const [oldest, newest] = versions.get(key ?? -1) ?? [0, -1]
    const version = Math.min(api.versionMax, newest)
    if (version >= oldest && version >= ours[0]) return version
    throw new ConnectError(
      `${this.address} knows versions ${oldest} to ${newest} of ${name}, this client ${ours[0]} to ${api.versionMax}: use another version of the broker`,
      { code: 'KAFKA' },
    )
  }

  #open(): Session | Promise<Session> {
    if (this.#session !== null && !this.#session.connection.closed) {
      if (this.#options.clock.elapsed() < this.#session.expiresAt) return this.#session
      this.#session.connection.closeWhenIdle()
    }
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #connect(): Promise<Session> {
    const { clock, config, metrics } = this.#options
    const waitMs = this.#retryAt - clock.elapsed()
    if (waitMs > 0) await clock.sleep(waitMs, this.#closing.signal)
    try {
      this.#session = await this.#establish()
      this.#failures = 0
      return this.#session
    } catch (error) {
      if (isAuthenticationError(error)) metrics?.authenticationFailed()
      const [minMs, maxMs] = [config['reconnect.backoff.ms'], config['reconnect.backoff.max.ms']]
      this.#retryAt = clock.elapsed() + backoffMs(this.#failures++, minMs, maxMs)
      throw error
    }
  }

  async #establish(): Promise<Session> {
    const { host, port, config, security, clock, metrics } = this.#options
    this.#refuseWhenClosed()
    const connection = await Connection.open({
      host,
      port,
      tls: security.tls,
      setupTimeoutMs: config['socket.connection.setup.timeout.ms'],
      signal: this.#closing.signal,
      metrics,
    })
    try {
      const abilities = await this.#askAbilities(connection)
      const timeoutMs = config['request.timeout.ms']
      const lifetimeMs = await security.login(connection, this.#clientId, timeoutMs)
      this.#refuseWhenClosed()
      if (config['security.protocol'].toUpperCase() !== 'PLAINTEXT') metrics?.authenticated()
      const expiresAt = clock.elapsed() + lifetimeMs * LOGIN_USE
      return { connection, ...abilities, expiresAt }
    } catch (error) {
      connection.close()
      throw error
    }
  }

  async #askAbilities(connection: Connection): Promise<Abilities> {
    const ask = (apiVersion: number) =>
      exchange(connection, {
        api: apiVersions,
        apiVersion,
        clientId: this.#clientId,
        body: SOFTWARE,
        timeoutMs: this.#options.config['request.timeout.ms'],
      })
    // A broker that does not know the version answers in version 0, where only the code can be read.
    const answer = await ask(3).catch((error: unknown) => {
      if (error instanceof ConnectError && error.code === 'RECORD_CORRUPT') return ask(0)
      throw error
    })
    const known = answer.errorCode === 0 ? answer : await ask(0)
    const feature = known.finalizedFeatures.find(({ name }) => name === 'transaction.version')
    return {
      versions: new Map(
        known.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
          apiKey,
          [minVersion, maxVersion],
        ]),
      ),
      transactionVersion: feature?.maxVersionLevel ?? 0,
    }
  }

  #refuseWhenClosed(): void {
    if (!this.#closing.signal.aborted) return
    throw new ConnectError(`${this.address}: the client is closed`, { code: 'KAFKA' })
  }
}

function isAuthenticationError(error: unknown): boolean {
  return error instanceof ConnectError && error.code === 'KAFKA_AUTHENTICATION'
}
