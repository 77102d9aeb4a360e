import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { ConnectError } from '../base/errors.ts'
import { parseJaas } from '../config/jaas.ts'
import { readTls } from '../config/tls.ts'
import { saslAuthenticate, saslHandshake } from './apis.ts'
import type { Connection } from './connection.ts'
import { exchange } from './exchange.ts'
import { readOauthToken } from './oauth-token.ts'
import { type Mechanism, oauthBearer, plain, scram } from './sasl.ts'
import type { SecurityConfig } from './security-config.ts'

/** How a client secures its connections. */
export interface Security {
  /** null for plain TCP. */
  readonly tls: TlsOptions | null
  /** Logs in on a fresh connection; does nothing where brokers ask for no login. */
  readonly login: Login
}

/**
 * @returns Milliseconds for which the login holds.
 * @throws ConnectError KAFKA_AUTHENTICATION that names the address and the mechanism.
 */
type Login = (connection: Connection, clientId: string, timeoutMs: number) => Promise<number>

/** @throws ConnectError CONFIG_INVALID */
export function readSecurity(config: SecurityConfig): Security {
  const protocol = config['security.protocol'].toUpperCase()
  return {
    tls: protocol.endsWith('SSL') ? readTls(config) : null,
    login: protocol.startsWith('SASL')
      ? loginWith(readMechanism(config))
      : async () => Number.POSITIVE_INFINITY,
  }
}

function readMechanism(config: SecurityConfig): Mechanism {
  const name = config['sasl.mechanism']
  const jaas = config['sasl.jaas.config']
  if (jaas === null) {
    throw new ConnectError(
      'Missing configuration sasl.jaas.config: a login needs its module and options there; a JAAS file is not read',
      { code: 'CONFIG_INVALID' },
    )
  }
  const { module, options } = parseJaas(jaas.value)
  const expect = (expected: string) => {
    if (module === expected) return
    throw new ConnectError(
      `Invalid value [hidden] for configuration sasl.jaas.config: ${name} needs ${expected}, not ${module}`,
      { code: 'CONFIG_INVALID' },
    )
  }
  const { username = '', password = '' } = options
  switch (name) {
    case 'PLAIN':
      expect('PlainLoginModule')
      return plain(username, password)
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      expect('ScramLoginModule')
      return scram(name === 'SCRAM-SHA-256' ? 'sha256' : 'sha512', username, password)
    case 'OAUTHBEARER':
      expect('OAuthBearerLoginModule')
      return oauthBearer(readToken(options, config))
    default:
      throw new ConnectError(
        `Invalid value ${name} for configuration sasl.mechanism: must be one of: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER`,
        { code: 'CONFIG_INVALID' },
      )
  }
}

/** Credentials of their own settings come before those of the module's options. */
function readToken(options: Readonly<Record<string, string>>, config: SecurityConfig) {
  const credentials = {
    clientId: config['sasl.oauthbearer.client.credentials.client.id'],
    clientSecret: config['sasl.oauthbearer.client.credentials.client.secret']?.value ?? null,
    scope: config['sasl.oauthbearer.scope'],
  }
  const given = Object.entries(credentials).flatMap(([name, value]) =>
    value === null ? [] : [[name, value]],
  )
  const merged = { ...options, ...Object.fromEntries(given) }
  return readOauthToken(merged, config['sasl.oauthbearer.token.endpoint.url'])
}

function loginWith(mechanism: Mechanism): Login {
  return async (connection, clientId, timeoutMs) => {
    const refused = (reason: string) =>
      new ConnectError(`${connection.address}: login with ${mechanism.name} failed: ${reason}`, {
        code: 'KAFKA_AUTHENTICATION',
      })
    const handshake = await exchange(connection, {
      api: saslHandshake,
      apiVersion: 1,
      clientId,
      timeoutMs,
      body: { mechanism: mechanism.name },
    })
    if (handshake.errorCode !== 0) {
      throw refused(`the broker offers ${handshake.mechanisms.join(', ')} (sasl.mechanism)`)
    }
    let lifetimeMs = Number.POSITIVE_INFINITY
    await mechanism.run(async (authBytes) => {
      const answer = await exchange(connection, {
        api: saslAuthenticate,
        apiVersion: 1,
        clientId,
        timeoutMs,
        body: { authBytes },
      })
      if (answer.errorCode !== 0) throw refused(answer.errorMessage ?? `error ${answer.errorCode}`)
      if (answer.sessionLifetimeMs > 0) lifetimeMs = answer.sessionLifetimeMs
      return answer.authBytes
    })
    return lifetimeMs
  }
}
