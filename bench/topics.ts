import { systemClock } from '../src/base/clock.ts'
import { createKafkaClients } from '../src/kafka/clients.ts'
import { silentLogger } from './silent-logger.ts'

export interface Topics {
  /** @param partitions One when left out, here and below. */
  create(name: string, partitions?: number): Promise<void>
  delete(name: string): Promise<void>
  /** Records in a topic from which none was deleted. */
  count(name: string, partitions?: number): Promise<number>
  close(): Promise<void>
}

export function topicsOf(bootstrap: string): Topics {
  const clients = createKafkaClients({ clock: systemClock, logger: silentLogger })
  const props = { 'bootstrap.servers': bootstrap }
  const admin = clients.admin(props)
  const consumer = clients.consumer(props)
  return {
    async create(name, partitions = 1) {
      await admin.createTopics([{ name, partitions, replicationFactor: 1 }])
    },
    delete: (name) => admin.deleteTopics([name]),
    async count(topic, partitions = 1) {
      const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
      const ends = await consumer.endOffsets(all)
      return ends.reduce((sum, { offset }) => sum + offset, 0)
    },
    async close() {
      await consumer.close()
      await admin.close()
    },
  }
}
