import type { Logger } from '../base/logger.ts'
import { type BrokerClock, systemClock } from './clock.ts'

/** When data is forced to the disk: a killed process loses nothing in any mode, a power cut does. */
export type FlushMode = 'none' | 'interval' | 'always'

export interface BrokerOptions {
  /** 0, the default, for a free one. */
  readonly port?: number
  /** Address to listen on; 127.0.0.1 when left out. */
  readonly host?: string
  /** Host that clients are told to connect to; `host` when left out. */
  readonly advertisedHost?: string
  /** Folder of the logs; everything is in memory when left out. */
  readonly dataDir?: string
  readonly flush?: FlushMode
  readonly clock?: BrokerClock
  readonly logger?: Logger
  /** Settings under Apache Kafka's names, such as `num.partitions`. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface BrokerConfig {
  readonly port: number
  readonly host: string
  readonly advertisedHost: string
  readonly dataDir: string | null
  readonly flush: FlushMode
  readonly clock: BrokerClock
  readonly logger: Logger | null
  readonly settings: ReadonlyMap<string, string>
}

export function brokerConfig(options: BrokerOptions): BrokerConfig {
  const host = options.host ?? '127.0.0.1'
  return {
    port: options.port ?? 0,
    host,
    advertisedHost: options.advertisedHost ?? host,
    dataDir: options.dataDir ?? null,
    flush: options.flush ?? 'none',
    clock: options.clock ?? systemClock,
    logger: options.logger ?? null,
    settings: new Map(Object.entries(options.settings ?? {})),
  }
}
