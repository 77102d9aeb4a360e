import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { KafkaAdmin } from './admin.ts'
import type { KafkaClients } from './client.ts'
import { readAdminConfig, readConsumerConfig, readProducerConfig } from './client-config.ts'
import { KafkaConsumer } from './consumer.ts'
import { BatchProducer } from './producer.ts'

export interface KafkaClientsOptions {
  readonly clock: Clock
  readonly logger: Logger
}

/** Clients of Kafka clusters; each call makes one with connections of its own. */
export function createKafkaClients({ clock, logger }: KafkaClientsOptions): KafkaClients {
  return {
    producer: (props, log = logger) => {
      const config = readProducerConfig(props)
      return new BatchProducer({
        config,
        clock,
        logger: log.named('org.apache.kafka.clients.producer'),
      })
    },
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
