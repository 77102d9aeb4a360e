import { once } from 'node:events'
import { createServer, type Socket, type Server as TcpServer } from 'node:net'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { Broker } from './broker.ts'
import { Connection } from './connection.ts'
import { dispatch } from './dispatch.ts'
import { Login } from './security/login.ts'
import { tlsServer } from './security/tls.ts'
import { Users } from './security/users.ts'

/** Limit of one request, as `socket.request.max.bytes` of Apache Kafka. */
const FRAME_BYTES_MAX = 100 * 1024 * 1024
/** Limit of a request before the login, as `sasl.server.max.receive.size` of Apache Kafka. */
const LOGIN_FRAME_BYTES_MAX = 512 * 1024
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

/** Accepts clients. @throws ConnectError CONNECT_FAILED, when the port is taken. */
export async function listen(broker: Broker): Promise<Server> {
  const { host, logger, tls, sasl } = broker.config
  const users = sasl === null ? null : new Users(sasl.users)
  /** Also those that TLS hasn't taken yet. */
  const sockets = new Set<Socket>()
  const connections = new Set<Connection>()
  let heldBytes = 0
  let port = 0
  const accept = (socket: Socket) => {
    const login = users === null ? null : new Login(users)
    const connection = new Connection(socket, {
      get frameBytesMax() {
        return login?.isDone === false ? LOGIN_FRAME_BYTES_MAX : FRAME_BYTES_MAX
      },
      advertised: { host: broker.config.advertisedHost, port },
      login,
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
  const server = tls === null ? createServer(accept) : tlsServer(tls, accept)
  server.maxConnections = CONNECTIONS_MAX
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', ({ message }: Error) =>
    logger?.warn(`a client that doesn't speak TLS as the broker does: ${message}`),
  )
  await listening(server, host, broker.config.port)
  const idleTimer = setInterval(() => {
    for (const connection of connections) connection.closeIfIdle(IDLE_MS_MAX)
  }, IDLE_CHECK_MS)
  idleTimer.unref()
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    async close() {
      clearInterval(idleTimer)
      const closed = once(server, 'close')
      server.close()
      for (const connection of connections) connection.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** @throws ConnectError CONNECT_FAILED that names the address. */
async function listening(server: TcpServer, host: string, port: number): Promise<void> {
  server.listen({ port, host, backlog: 4096 })
  try {
    await once(server, 'listening')
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    const reason = isTaken
      ? 'another program listens there; stop it or choose another port'
      : messageOf(cause)
    throw new ConnectError(`The broker can't listen on ${host}:${port}: ${reason}`, {
      code: 'CONNECT_FAILED',
      cause,
    })
  }
}
