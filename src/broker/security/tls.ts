import type { Socket, Server as TcpServer } from 'node:net'
import { createServer } from 'node:tls'
import { ConnectError, messageOf } from '../../base/errors.ts'

/** How the broker proves who it is; everything is PEM. */
export interface TlsSettings {
  readonly key: string | Buffer
  /** The certificate of the key, and those above it. */
  readonly cert: string | Buffer
  /** Certificates that clients have to be signed by; clients need none when left out. */
  readonly ca?: string | Buffer
  /** Password of the key. */
  readonly passphrase?: string
}

/** @throws ConnectError CONFIG_INVALID */
export function tlsServer(settings: TlsSettings, accept: (socket: Socket) => void): TcpServer {
  const isClientKnown = settings.ca !== undefined
  try {
    const options = { requestCert: isClientKnown, rejectUnauthorized: isClientKnown }
    return createServer({ ...settings, ...options }, accept)
  } catch (cause) {
    throw new ConnectError(
      `The broker can't use its key and certificates, which have to be PEM: ${messageOf(cause)}`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
}
