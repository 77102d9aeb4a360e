import { systemClock } from '../../src/base/clock.ts'
import type { ClientProps } from '../../src/kafka/client.ts'
import { createKafkaClients } from '../../src/kafka/clients.ts'
import { metricsRegistry, readingsOf } from '../metrics/fixture.ts'
import { silentLogger } from './silent-logger.ts'

/** What the metrics of a producer say of its connections, once it knows a topic or was refused. */
export async function countedLogins(bootstrap: string, props: ClientProps) {
  const metrics = metricsRegistry(systemClock)
  const clients = createKafkaClients({ clock: systemClock, logger: silentLogger, metrics })
  const producer = clients.producer({
    ...{ 'bootstrap.servers': bootstrap, 'max.block.ms': '15000' },
    ...props,
  })
  try {
    await producer.prepare('logins').catch(() => {})
    const readings = readingsOf(metrics.read(), 'producer-metrics', {})
    return {
      connections: readings['connection-creation-total'],
      succeeded: readings['successful-authentication-total'],
      failed: readings['failed-authentication-total'],
    }
  } finally {
    await producer.close(0)
  }
}
