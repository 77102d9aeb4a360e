import { ConnectError, messageOf, type Password, parseJaas } from '../../sdk/index.ts'
import type { Http } from './http.ts'
import type { RegistryConfig } from './registry-config.ts'

/** Headers that tell the registry at `url` who asks. */
export type Authorize = (url: URL) => Promise<Readonly<Record<string, string>>>

/** @throws ConnectError CONFIG_INVALID for credentials that are missing or said twice. */
export function readAuthorization(config: RegistryConfig, http: Http): Authorize {
  const basic = config['basic.auth.credentials.source']
  const bearer = bearerSource(config)
  if (basic !== null && bearer !== null) {
    throw invalid(
      'Only one of basic.auth.credentials.source and bearer.auth.credentials.source may be specified',
    )
  }
  return bearer === null ? basicAuthorization(config) : bearerAuthorization(bearer, config, http)
}

/** A token alone says how it is to be used. */
function bearerSource(config: RegistryConfig): string | null {
  const given = config['bearer.auth.credentials.source']
  return given ?? (config['bearer.auth.token'] === null ? null : 'STATIC_TOKEN')
}

function basicAuthorization(config: RegistryConfig): Authorize {
  const userInfo =
    config['basic.auth.user.info'].value || config['schema.registry.basic.auth.user.info'].value
  const source = config['basic.auth.credentials.source'] ?? (userInfo === '' ? 'URL' : 'USER_INFO')
  switch (source.toUpperCase()) {
    case 'URL':
      if (userInfo !== '') {
        throw invalid(
          'basic.auth.user.info is set, but basic.auth.credentials.source is URL: set it to USER_INFO',
        )
      }
      return async (url) =>
        url.username === '' ? {} : basic(`${decoded(url.username)}:${decoded(url.password)}`)
    case 'USER_INFO':
      if (!userInfo.includes(':')) throw invalid('basic.auth.user.info must be user:password')
      return async () => basic(userInfo)
    case 'SASL_INHERIT': {
      const credentials = saslCredentials(config['sasl.jaas.config'])
      return async () => basic(credentials)
    }
    default:
      throw invalid(
        `Invalid value ${source} for configuration basic.auth.credentials.source: must be one of URL, USER_INFO, SASL_INHERIT`,
      )
  }
}

/** A part of a URL; as it is where it has a `%` that stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function saslCredentials(jaas: Password | null): string {
  if (jaas === null) throw invalid('SASL_INHERIT takes user and password from sasl.jaas.config')
  const { username = '', password = '' } = parseJaas(jaas.value).options
  if (username === '' || password === '') {
    throw invalid('SASL_INHERIT needs a username and a password in sasl.jaas.config')
  }
  return `${username}:${password}`
}

function basic(credentials: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

function bearerAuthorization(source: string, config: RegistryConfig, http: Http): Authorize {
  const target = config['bearer.auth.logical.cluster']
  const pool = config['bearer.auth.identity.pool.id']
  const headers = {
    ...(target === null ? {} : { 'target-sr-cluster': target }),
    ...(pool === null ? {} : { 'Confluent-Identity-Pool-Id': pool }),
  }
  const token = tokenSource(source, config, http)
  return async () => ({ ...headers, authorization: `Bearer ${await token()}` })
}

function tokenSource(source: string, config: RegistryConfig, http: Http): () => Promise<string> {
  switch (source.toUpperCase()) {
    case 'STATIC_TOKEN': {
      const token = required(config['bearer.auth.token'], 'bearer.auth.token').value
      return async () => token
    }
    case 'OAUTHBEARER':
      return oauthTokens(config, http)
    default:
      throw invalid(
        `Invalid value ${source} for configuration bearer.auth.credentials.source: must be one of STATIC_TOKEN, OAUTHBEARER; others need code of Java's`,
      )
  }
}

/** Tokens by client credentials, each until shortly before its end. */
function oauthTokens(config: RegistryConfig, http: Http): () => Promise<string> {
  const key = 'bearer.auth.issuer.endpoint.url'
  const endpoint = URL.parse(required(config[key], key))
  if (endpoint === null) throw invalid(`Invalid value for configuration ${key}: must be a URL`)
  const id = required(config['bearer.auth.client.id'], 'bearer.auth.client.id')
  const secret = required(config['bearer.auth.client.secret'], 'bearer.auth.client.secret').value
  const scope = config['bearer.auth.scope']
  const marginMs = config['bearer.auth.cache.expiry.buffer.seconds'] * 1000
  let token = ''
  let renewMs = 0
  return async () => {
    if (performance.now() < renewMs) return token
    const answer = await requestToken(http, endpoint, `${id}:${secret}`, scope)
    token = answer.token
    renewMs = performance.now() + answer.lifetimeMs - marginMs
    return token
  }
}

async function requestToken(http: Http, url: URL, credentials: string, scope: string | null) {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === null ? {} : { scope }),
  })
  try {
    const answer = await http.send({
      method: 'POST',
      url,
      headers: {
        ...basic(credentials),
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: String(body),
    })
    if (answer.status !== 200) throw refusedToken(answer.status)
    const { access_token: token, expires_in: lifetimeS } = JSON.parse(answer.body)
    if (typeof token !== 'string') throw new TypeError('no access_token in the answer')
    return { token, lifetimeMs: Number(lifetimeS ?? 0) * 1000 }
  } catch (cause) {
    const isRefused = cause instanceof ConnectError && !cause.retriable
    throw new ConnectError(
      `No token from ${url.origin}${url.pathname} (bearer.auth.issuer.endpoint.url): ${messageOf(cause)}`,
      { code: isRefused ? 'SERIALIZATION' : 'RETRIABLE', cause },
    )
  }
}

function refusedToken(status: number): ConnectError {
  return status < 500
    ? new ConnectError(
        `status ${status}. Check bearer.auth.client.id, bearer.auth.client.secret and bearer.auth.scope`,
        { code: 'SERIALIZATION' },
      )
    : new ConnectError(`status ${status}`, { code: 'RETRIABLE' })
}

function required<T>(value: T | null, key: string): T {
  if (value === null) throw invalid(`Missing required configuration "${key}" for the bearer token`)
  return value
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}
