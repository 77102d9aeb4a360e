import { connect as connectTcp, type Socket } from 'node:net'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { TIMER_MS_MAX } from '../base/clock.ts'
import { ConnectError, type ErrorCode, messageOf } from '../base/errors.ts'
import type { NodeMetrics } from '../metrics/node-metrics.ts'
import { FrameReader } from '../protocol/frame-reader.ts'

/** Larger answers than this do not come from a Kafka broker. */
const FRAME_BYTES_MAX = 256 * 1024 * 1024
const FRAME_CAPACITY_BYTES_FIRST = 1024 * 1024
/** Of the size before a frame. */
const SIZE_BYTES = 4

/** What Node and OpenSSL call a certificate that one of both sides does not accept. */
const certificateCodes = /CERT|UNKNOWN_CA|HOSTNAME_MISMATCH|LEAF_SIGNATURE/

export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  /** null for plain TCP. */
  readonly tls: TlsOptions | null
  readonly setupTimeoutMs: number
  /** Closes the connection, also while it is being made. */
  readonly signal: AbortSignal
  readonly metrics: NodeMetrics | null
}

interface Pending {
  readonly correlationId: number
  readonly resolve: (frame: Buffer) => void
  readonly reject: (error: ConnectError) => void
  readonly timer: NodeJS.Timeout
  readonly sentAtMs: number
}

/**
 * Frames of Kafka's protocol over one socket. Several requests may be unanswered; the broker
 * answers them in order. Any failure closes the connection and fails all of them.
 */
export class Connection {
  readonly address: string
  readonly #socket: Socket
  readonly #frames: FrameReader
  readonly #metrics: NodeMetrics | null
  #pending: Pending[] = []
  #correlationId = 0
  #closed: ConnectError | null = null
  #retired: boolean

  /** @throws ConnectError KAFKA_UNAVAILABLE or KAFKA_AUTHENTICATION, both with the address. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const connection = new Connection(options)
    await connection.#connected(options)
    return connection
  }

  private constructor({ host, port, tls, signal, metrics }: ConnectionOptions) {
    this.#metrics = metrics
    this.address = `${host}:${port}`
    this.#retired = false
    this.#frames = new FrameReader({
      frameBytesMax: FRAME_BYTES_MAX,
      capacityBytesFirst: FRAME_CAPACITY_BYTES_FIRST,
      take: (frame) => this.#answer(frame),
      refuse: (sizeBytes) =>
        new TypeError(
          `an answer of ${sizeBytes} bytes: this is no Kafka listener, or it expects TLS (security.protocol)`,
        ),
    })
    this.#socket = tls === null ? this.#plain(host, port) : this.#secure(host, port, tls)
    this.#socket.setNoDelay(true)
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      const isRefused = certificateCodes.test(error.code ?? '')
      this.#fail(
        isRefused ? `certificate refused: ${error.message} (ssl.truststore.*)` : error.message,
        error,
        isRefused ? 'KAFKA_AUTHENTICATION' : 'KAFKA_UNAVAILABLE',
      )
    })
    const close = () => this.close()
    signal.addEventListener('abort', close)
    this.#socket.on('close', () => {
      signal.removeEventListener('abort', close)
      this.#fail('the broker closed the connection')
    })
  }

  get closed(): boolean {
    return this.#closed !== null
  }

  /** Number of the next request, to be put in its header. */
  nextCorrelationId(): number {
    this.#correlationId = (this.#correlationId + 1) & 0x7fffffff
    return this.#correlationId
  }

  /**
   * Sends one frame; the parts are not copied and must not change before the answer.
   * @returns The answer, without its size.
   * @throws ConnectError KAFKA_UNAVAILABLE when the connection ends or `timeoutMs` pass.
   */
  request(correlationId: number, parts: readonly Uint8Array[], timeoutMs: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== null) return reject(this.#closed)
      const timer = setTimeout(
        () => this.#fail(`no answer within ${timeoutMs} ms`),
        Math.min(timeoutMs, TIMER_MS_MAX),
      )
      this.#pending.push({ correlationId, resolve, reject, timer, sentAtMs: performance.now() })
      this.#write(parts)
    })
  }

  /** Sends one frame that the broker does not answer; resolves when the system took it. */
  post(parts: readonly Uint8Array[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== null) return reject(this.#closed)
      this.#write(parts, () => (this.#closed === null ? resolve() : reject(this.#closed)))
    })
  }

  /** Closes when everything sent so far is answered. */
  closeWhenIdle(): void {
    this.#retired = true
    if (this.#pending.length === 0) this.close()
  }

  close(): void {
    this.#fail('the client closed the connection')
  }

  #plain(host: string, port: number): Socket {
    return connectTcp({
      host,
      port,
      onread: {
        buffer: () => this.#frames.space(),
        callback: (sizeBytes) => this.#read(() => this.#frames.filled(sizeBytes)),
      },
    })
  }

  #secure(host: string, port: number, tls: TlsOptions): Socket {
    // Loaded for those who use it: it takes 3 MB in each thread.
    const { connect: connectTls } = process.getBuiltinModule('node:tls')
    const socket = connectTls({ host, port, ...tls })
    socket.on('data', (chunk: Buffer) => this.#read(() => this.#frames.push(chunk)))
    return socket
  }

  #connected(options: ConnectionOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(`no connection within ${options.setupTimeoutMs} ms`),
        Math.min(options.setupTimeoutMs, TIMER_MS_MAX),
      )
      this.#socket.once('close', () => {
        clearTimeout(timer)
        if (this.#closed !== null) reject(this.#closed)
      })
      this.#socket.once(options.tls === null ? 'connect' : 'secureConnect', () => {
        clearTimeout(timer)
        this.#metrics?.connectionOpened()
        this.#socket.once('close', () => this.#metrics?.connectionClosed())
        resolve()
      })
    })
  }

  #write(parts: readonly Uint8Array[], written?: () => void): void {
    this.#metrics?.sent(parts.reduce((sum, { length }) => sum + length, 0))
    const last = parts.length - 1
    this.#socket.cork()
    parts.forEach((part, index) => {
      this.#socket.write(part, index === last ? written : undefined)
    })
    this.#socket.uncork()
  }

  /** @returns True, so that the socket reads on. */
  #read(take: () => void): true {
    try {
      take()
    } catch (error) {
      this.#fail(messageOf(error), error)
    }
    return true
  }

  #answer(frame: Buffer): void {
    const pending = this.#pending.shift()
    if (pending === undefined || frame.readInt32BE(0) !== pending.correlationId) {
      if (pending !== undefined) this.#pending.unshift(pending)
      throw new TypeError('the broker answered a request that was not made')
    }
    clearTimeout(pending.timer)
    this.#metrics?.received(SIZE_BYTES + frame.length, performance.now() - pending.sentAtMs)
    pending.resolve(frame)
    if (this.#retired) this.closeWhenIdle()
  }

  #fail(reason: string, cause?: unknown, code: ErrorCode = 'KAFKA_UNAVAILABLE'): void {
    if (this.#closed !== null) return
    const error = new ConnectError(`${this.address}: ${reason}`, {
      code,
      ...(cause === undefined ? {} : { cause }),
    })
    this.#closed = error
    this.#socket.destroy()
    for (const pending of this.#pending.splice(0)) {
      clearTimeout(pending.timer)
      pending.reject(error)
    }
  }
}
