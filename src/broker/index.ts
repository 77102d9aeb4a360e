import { type Broker, openBroker } from './broker.ts'
import { type BrokerOptions, brokerConfig } from './broker-config.ts'
import { listen, type Server } from './server.ts'

export type { BrokerOptions, FlushMode } from './broker-config.ts'
export { type BrokerClock, ManualClock } from './clock.ts'

export interface RunningBroker {
  readonly port: number
  /** For `bootstrap.servers`. */
  readonly bootstrap: string
  stop(): Promise<void>
}

/** Starts a broker, a single node, in this process. */
export async function startBroker(options: BrokerOptions = {}): Promise<RunningBroker> {
  const broker = await openBroker(brokerConfig(options))
  const server = await listenOrClose(broker)
  return {
    port: server.port,
    bootstrap: `${broker.config.advertisedHost}:${server.port}`,
    async stop() {
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
