import type { Client } from './client.ts'
import { javaClients } from './java-clients.ts'
import { confluentKafka } from './librdkafka.ts'

export const allClients: readonly Client[] = [...javaClients, confluentKafka]
