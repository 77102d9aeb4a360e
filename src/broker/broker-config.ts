import { totalmem } from 'node:os'
import type { Logger } from '../base/logger.ts'
import { type BrokerClock, systemClock } from './clock.ts'
import type { TlsSettings } from './security/tls.ts'

/** When data is forced to the disk: a killed process loses nothing in any mode, a power cut does. */
export type FlushMode = 'none' | 'interval' | 'always'

/** The newest transactions that the broker knows, those of KIP-890. */
export const TRANSACTION_VERSION_MAX = 2

export interface BrokerOptions {
  /** 0, the default, for a free one. */
  readonly port?: number
  /** Address to listen on; 127.0.0.1 when left out. */
  readonly host?: string
  /** Host that clients are told to connect to; `host` when left out. */
  readonly advertisedHost?: string
  /** Port that clients are told to connect to; that of the listener when left out. */
  readonly advertisedPort?: number
  /** Folder of the logs; everything is in memory when left out. */
  readonly dataDir?: string
  /** Limit of the logs in memory, beyond which records are refused; half of the machine's memory. */
  readonly memoryBytesMax?: number
  /** Listens with TLS; without when left out. */
  readonly tls?: TlsSettings
  /** Clients have to log in; anybody may come in when left out. */
  readonly sasl?: SaslSettings
  readonly flush?: FlushMode
  readonly clock?: BrokerClock
  readonly logger?: Logger
  /** Settings under Apache Kafka's names, such as `num.partitions`. */
  readonly settings?: Readonly<Record<string, string>>
  /** Level of the feature `transaction.version`; 2 when left out, 1 for transactions before KIP-890. */
  readonly transactionVersion?: 1 | 2
}

export interface SaslSettings {
  /** Passwords by user names, for PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly users: Readonly<Record<string, string>>
}

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'

export interface BrokerConfig {
  readonly port: number
  readonly host: string
  readonly advertisedHost: string
  /** Null for the port of the listener. */
  readonly advertisedPort: number | null
  readonly dataDir: string | null
  readonly memoryBytesMax: number
  readonly tls: TlsSettings | null
  readonly sasl: SaslSettings | null
  readonly flush: FlushMode
  readonly clock: BrokerClock
  readonly logger: Logger | null
  readonly settings: ReadonlyMap<string, string>
  readonly transactionVersion: number
}

export function brokerConfig(options: BrokerOptions): BrokerConfig {
  const { host = '127.0.0.1', transactionVersion = TRANSACTION_VERSION_MAX } = options
  return {
    port: options.port ?? 0,
    host,
    advertisedHost: options.advertisedHost ?? host,
    advertisedPort: options.advertisedPort ?? null,
    dataDir: options.dataDir ?? null,
    memoryBytesMax: options.memoryBytesMax ?? totalmem() / 2,
    tls: options.tls ?? null,
    sasl: options.sasl ?? null,
    flush: options.flush ?? 'none',
    clock: options.clock ?? systemClock,
    logger: options.logger ?? null,
    settings: new Map(Object.entries(options.settings ?? {})),
    transactionVersion,
  }
}

/** What clients of the broker call the way in which it is secured. */
export function securityProtocol({ tls, sasl }: BrokerConfig): SecurityProtocol {
  if (sasl === null) return tls === null ? 'PLAINTEXT' : 'SSL'
  return tls === null ? 'SASL_PLAINTEXT' : 'SASL_SSL'
}
