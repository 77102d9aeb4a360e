import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { type ClientKind, ClientMetrics } from '../metrics/client-metrics.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'
import { KafkaAdmin } from './admin.ts'
import type { KafkaClients } from './client.ts'
import { type ConnectionConfig, readAdminConfig } from './connection-config.ts'
import { KafkaConsumer } from './consumer.ts'
import { readConsumerConfig } from './consumer-config.ts'
import { BatchProducer } from './producer.ts'
import {
  type ProducerConfig,
  readProducerConfig,
  readTransactionalConfig,
} from './producer-config.ts'

export interface KafkaClientsOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Gets the metrics of the clients, where anybody wants them. */
  readonly metrics?: MetricsRegistry
}

/** Clients of Kafka clusters; each call makes one with connections of its own. */
export function createKafkaClients({ clock, logger, metrics }: KafkaClientsOptions): KafkaClients {
  const metered = (kind: ClientKind, config: ConnectionConfig) =>
    metrics === undefined ? null : new ClientMetrics(metrics, kind, config['client.id'])
  const makeProducer = (config: ProducerConfig, log = logger) =>
    new BatchProducer({
      config,
      clock,
      logger: log.named('org.apache.kafka.clients.producer'),
      metrics: metered('producer', config),
    })
  return {
    producer: (props, log) => makeProducer(readProducerConfig(props), log),
    transactionalProducer: (props, log) => makeProducer(readTransactionalConfig(props), log),
    consumer: (props, log = logger) => {
      const config = readConsumerConfig(props)
      return new KafkaConsumer({
        config,
        clock,
        logger: log.named('org.apache.kafka.clients.consumer'),
        metrics: metered('consumer', config),
      })
    },
    admin: (props) => {
      const config = readAdminConfig(props)
      return new KafkaAdmin({ config, clock, metrics: metered('admin-client', config) })
    },
  }
}
