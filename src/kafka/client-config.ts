import { connectionConfig } from './connection-config.ts'
import { consumerConfig } from './consumer-config.ts'
import { producerConfig } from './producer-config.ts'

/** Definitions by kind of client, for whoever checks settings before a client is made. */
export const clientConfigs = {
  producer: producerConfig,
  consumer: consumerConfig,
  admin: connectionConfig,
} as const

export type ClientKind = keyof typeof clientConfigs
