import { type Broker, openBroker } from './broker.ts'
import {
  type BrokerOptions,
  brokerConfig,
  type SecurityProtocol,
  securityProtocol,
} from './broker-config.ts'
import type { Faults } from './faults.ts'
import { startHousekeeping } from './housekeeping.ts'
import { listen, type Server } from './server.ts'

export type { BrokerOptions, FlushMode, SaslSettings, SecurityProtocol } from './broker-config.ts'
export { type BrokerClock, ManualClock } from './clock.ts'
export type { Fault, Faults } from './faults.ts'
export type { TlsSettings } from './security/tls.ts'

export interface RunningBroker {
  readonly port: number
  /** For `bootstrap.servers`. */
  readonly bootstrap: string
  /** For `security.protocol`. */
  readonly securityProtocol: SecurityProtocol
  /** What is to go wrong, for tests. */
  readonly faults: Faults
  stop(): Promise<void>
}

/** Starts a broker, a single node, in this process. */
export async function startBroker(options: BrokerOptions = {}): Promise<RunningBroker> {
  const broker = await openBroker(brokerConfig(options))
  const server = await listenOrClose(broker)
  const stopHousekeeping = startHousekeeping(broker)
  const { advertisedHost, advertisedPort } = broker.config
  return {
    port: server.port,
    faults: broker.faults,
    securityProtocol: securityProtocol(broker.config),
    bootstrap: `${advertisedHost}:${advertisedPort ?? server.port}`,
    async stop() {
      stopHousekeeping()
      await server.close()
      await broker.close()
    },
  }
}

async function listenOrClose(broker: Broker): Promise<Server> {
  try {
    return await listen(broker)
  } catch (error) {
    await broker.close()
    throw error
  }
}
