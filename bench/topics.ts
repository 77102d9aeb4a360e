import { systemClock } from '../src/base/clock.ts'
import { createKafkaClients } from '../src/kafka/clients.ts'
import { silentLogger } from './silent-logger.ts'

export interface Topics {
  create(name: string): Promise<void>
  delete(name: string): Promise<void>
  /** Records in a topic of one partition. */
  count(name: string): Promise<number>
  close(): Promise<void>
}

export function topicsOf(bootstrap: string): Topics {
  const clients = createKafkaClients({ clock: systemClock, logger: silentLogger })
  const props = { 'bootstrap.servers': bootstrap }
  const admin = clients.admin(props)
  const consumer = clients.consumer(props)
  return {
    async create(name) {
      await admin.createTopics([{ name, partitions: 1, replicationFactor: 1 }])
    },
    delete: (name) => admin.deleteTopics([name]),
    async count(topic) {
      const [end] = await consumer.endOffsets([{ topic, partition: 0 }])
      return end?.offset ?? 0
    },
    async close() {
      await consumer.close()
      await admin.close()
    },
  }
}
