import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'
import { KafkaAdmin } from './admin.ts'
import type { KafkaClients } from './client.ts'
import {
  type ProducerConfig,
  readAdminConfig,
  readConsumerConfig,
  readProducerConfig,
  readTransactionalConfig,
} from './client-config.ts'
import { KafkaConsumer } from './consumer.ts'
import { BatchProducer } from './producer.ts'

export interface KafkaClientsOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Gets the metrics of the clients, where anybody wants them. */
  readonly metrics?: MetricsRegistry
}

/** Clients of Kafka clusters; each call makes one with connections of its own. */
export function createKafkaClients({ clock, logger }: KafkaClientsOptions): KafkaClients {
  const makeProducer = (config: ProducerConfig, log = logger) =>
    new BatchProducer({ config, clock, logger: log.named('org.apache.kafka.clients.producer') })
  return {
    producer: (props, log) => makeProducer(readProducerConfig(props), log),
    transactionalProducer: (props, log) => makeProducer(readTransactionalConfig(props), log),
    consumer: (props, log = logger) => {
      const config = readConsumerConfig(props)
      return new KafkaConsumer({
        config,
        clock,
        logger: log.named('org.apache.kafka.clients.consumer'),
      })
    },
    admin: (props) => new KafkaAdmin({ config: readAdminConfig(props), clock }),
  }
}
