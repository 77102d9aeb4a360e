import { systemClock } from '../base/clock.ts'
import type { KafkaClients } from '../kafka/client.ts'
import { createKafkaClients } from '../kafka/clients.ts'
import { processLogging } from './process-logging.ts'

/** Kafka clients of a command whose standard output is its result: warnings go to standard error. */
export function commandClients(): KafkaClients {
  const { logger } = processLogging('WARN', process.stderr)
  return createKafkaClients({ clock: systemClock, logger })
}
