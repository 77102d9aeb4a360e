import { openBroker } from './broker.ts'
import { type BrokerOptions, brokerConfig } from './broker-config.ts'
import { listen } from './server.ts'

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
  const broker = openBroker(brokerConfig(options))
  const server = await listen(broker)
  return {
    port: server.port,
    bootstrap: `${broker.config.advertisedHost}:${server.port}`,
    async stop() {
      await server.close()
      broker.close()
    },
  }
}
