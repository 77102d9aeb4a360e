import type { Client } from './client.ts'
import { connectClients } from './connect-clients.ts'
import { franzGo } from './go-client.ts'
import { javaClients } from './java-clients.ts'
import { kcat } from './kcat.ts'
import { confluentKafka } from './librdkafka.ts'
import { nodeClients } from './node-clients.ts'

/** Those that take longest come first. */
export const allClients: readonly Client[] = [
  ...connectClients,
  ...javaClients,
  confluentKafka,
  franzGo,
  kcat,
  ...nodeClients,
]
