import { ConnectError, messageOf } from '../base/errors.ts'

const REQUEST_TIMEOUT_MS = 10_000
const UNSECURED_LIFETIME_S = 3600

/**
 * Where tokens for OAUTHBEARER come from: the token endpoint by client credentials, or, as the Java
 * client does for tests, made here without a signature.
 * @param options Of the login module: `clientId`, `clientSecret` and `scope`, or
 *   `unsecuredLoginStringClaim_sub`.
 * @throws ConnectError CONFIG_INVALID
 */
export function readOauthToken(
  options: Readonly<Record<string, string | undefined>>,
  endpoint: string | null,
): () => Promise<string> {
  const { clientId, clientSecret, scope, unsecuredLoginStringClaim_sub: subject } = options
  if (endpoint !== null && clientId !== undefined && clientSecret !== undefined) {
    return () => requestToken(endpoint, clientId, clientSecret, scope ?? null)
  }
  if (subject !== undefined) return async () => unsecuredToken(subject)
  throw new ConnectError(
    'Invalid value [hidden] for configuration sasl.jaas.config: OAUTHBEARER needs clientId and clientSecret there and sasl.oauthbearer.token.endpoint.url',
    { code: 'CONFIG_INVALID' },
  )
}

async function requestToken(
  endpoint: string,
  clientId: string,
  clientSecret: string,
  scope: string | null,
): Promise<string> {
  try {
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(scope === null ? {} : { scope }),
      }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    if (!response.ok) throw new TypeError(`status ${response.status}`)
    const answer: unknown = await response.json()
    if (
      typeof answer === 'object' &&
      answer !== null &&
      'access_token' in answer &&
      typeof answer.access_token === 'string'
    ) {
      return answer.access_token
    }
    throw new TypeError('no access_token in the answer')
  } catch (cause) {
    throw new ConnectError(`no token from ${endpoint}: ${messageOf(cause)}`, {
      code: 'KAFKA_UNAVAILABLE',
      cause,
    })
  }
}

function unsecuredToken(subject: string): string {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { sub: subject, iat: nowSeconds, exp: nowSeconds + UNSECURED_LIFETIME_S }
  return `${encode({ alg: 'none' })}.${encode(claims)}.`
}
