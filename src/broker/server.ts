import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Broker } from './broker.ts'
import { Connection } from './connection.ts'
import { dispatch } from './dispatch.ts'

/** Limit of one request, as `socket.request.max.bytes` of Apache Kafka. */
const FRAME_BYTES_MAX = 100 * 1024 * 1024
/** Limit of requests that are not complete, of all connections together. */
const HELD_BYTES_MAX = 512 * 1024 * 1024
/** As `connections.max.idle.ms` of Apache Kafka. */
const IDLE_MS_MAX = 600_000
const IDLE_CHECK_MS = 60_000
/** More are closed as soon as they come. */
const CONNECTIONS_MAX = 20_000

export interface Server {
  readonly port: number
  /** Ends all connections. */
  close(): Promise<void>
}

/** Accepts clients. @throws Error of the system, when the port is taken. */
export async function listen(broker: Broker): Promise<Server> {
  const { host, logger } = broker.config
  const connections = new Set<Connection>()
  let heldBytes = 0
  let port = 0
  const accept = (socket: Socket) => {
    const connection = new Connection(socket, {
      frameBytesMax: FRAME_BYTES_MAX,
      advertised: { host: broker.config.advertisedHost, port },
      answer: (frame, context) => dispatch(broker, frame, context),
      holds(sizeBytes) {
        heldBytes += sizeBytes
        return heldBytes <= HELD_BYTES_MAX
      },
      ended: (error) => logger?.warn(`connection of ${socket.remoteAddress} ended`, error),
    })
    connections.add(connection)
    socket.on('close', () => connections.delete(connection))
  }
  const idleTimer = setInterval(() => {
    for (const connection of connections) connection.closeIfIdle(IDLE_MS_MAX)
  }, IDLE_CHECK_MS)
  idleTimer.unref()
  const server = createServer(accept)
  server.maxConnections = CONNECTIONS_MAX
  server.listen({ port: broker.config.port, host, backlog: 4096 })
  await once(server, 'listening')
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    async close() {
      clearInterval(idleTimer)
      const closed = once(server, 'close')
      server.close()
      for (const connection of connections) connection.close()
      await closed
    },
  }
}
