import { once } from 'node:events'
import { createServer, type Socket, type Server as TcpServer } from 'node:net'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { Broker } from './broker.ts'
import { Connection } from './connection.ts'
import { dispatch } from './dispatch.ts'
import { MemoryBudget } from './memory-budget.ts'
import { numberSetting } from './own-settings.ts'
import { Login } from './security/login.ts'
import { tlsServer } from './security/tls.ts'
import { Users } from './security/users.ts'

/** Limit of a request before the login, as `sasl.server.max.receive.size` of Apache Kafka. */
const LOGIN_FRAME_BYTES_MAX = 512 * 1024
const IDLE_CHECKS = 10

export interface Server {
  readonly port: number
  /** Ends all connections. */
  close(): Promise<void>
}

/** Accepts clients. @throws ConnectError CONNECT_FAILED, when the port is taken. */
export async function listen(broker: Broker): Promise<Server> {
  const { host, advertisedHost, advertisedPort, logger, settings, tls, sasl } = broker.config
  const users = sasl === null ? null : new Users(sasl.users)
  /** Also those that TLS hasn't taken yet. */
  const sockets = new Set<Socket>()
  const connections = new Set<Connection>()
  const budget = new MemoryBudget(numberSetting(settings, 'queued.max.request.bytes'), connections)
  const frameBytesMax = numberSetting(settings, 'socket.request.max.bytes')
  let port = 0
  const accept = (socket: Socket) => {
    const login = users === null ? null : new Login(users)
    const connection = new Connection(socket, {
      get frameBytesMax() {
        return login?.isDone === false ? LOGIN_FRAME_BYTES_MAX : frameBytesMax
      },
      advertised: { host: advertisedHost, port: advertisedPort ?? port },
      login,
      answer: (frame, context) => dispatch(broker, frame, context),
      took: (sizeBytes) => budget.add(sizeBytes),
      isShort: () => budget.isShort,
      ended: (error) => logger?.warn(`connection of ${socket.remoteAddress} ended`, error),
    })
    connections.add(connection)
    socket.on('close', () => connections.delete(connection))
  }
  const server = tls === null ? createServer(accept) : tlsServer(tls, accept)
  server.maxConnections = numberSetting(settings, 'max.connections')
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', ({ message }: Error) =>
    logger?.warn(`a client that doesn't speak TLS as the broker does: ${message}`),
  )
  await listening(server, host, broker.config.port)
  const idleMs = numberSetting(settings, 'connections.max.idle.ms')
  const idleTimer = setInterval(() => {
    for (const connection of connections) connection.closeIfIdle(idleMs)
  }, idleMs / IDLE_CHECKS)
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
