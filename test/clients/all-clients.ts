import type { Client } from './client.ts'
import { connectClients } from './connect-clients.ts'
import { franzGo } from './go-client.ts'
import { javaClients } from './java-clients.ts'
import { kcat } from './kcat.ts'
import { confluentKafka } from './librdkafka.ts'
import { nodeClients } from './node-clients.ts'

/** Two run at a time, so those that need most of the processor don't follow each other. */
export const allClients: readonly Client[] = [
  ...connectClients.slice(0, 1),
  confluentKafka,
  kcat,
  ...nodeClients,
  ...connectClients.slice(1),
  franzGo,
  ...javaClients,
]
