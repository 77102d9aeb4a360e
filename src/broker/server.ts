import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Broker } from './broker.ts'
import { Connection } from './connection.ts'
import { dispatch } from './dispatch.ts'

/** Limit of one request, as `socket.request.max.bytes` of Apache Kafka. */
const FRAME_BYTES_MAX = 100 * 1024 * 1024

export interface Server {
  readonly port: number
  /** Ends all connections. */
  close(): Promise<void>
}

/** Accepts clients. @throws Error of the system, when the port is taken. */
export async function listen(broker: Broker): Promise<Server> {
  const { host, advertisedHost, logger } = broker.config
  const connections = new Set<Connection>()
  const server = createServer((socket) => {
    const connection = new Connection(socket, {
      frameBytesMax: FRAME_BYTES_MAX,
      advertised: { host: advertisedHost, port },
      answer: (frame, context) => dispatch(broker, frame, context),
      ended: (error) => logger?.warn(`${socket.remoteAddress}: connection ended`, error),
    })
    connections.add(connection)
    socket.on('close', () => connections.delete(connection))
  })
  server.listen(broker.config.port, host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    async close() {
      server.close()
      for (const connection of connections) connection.close()
      await once(server, 'close')
    },
  }
}
