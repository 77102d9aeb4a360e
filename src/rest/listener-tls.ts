import type { ServerOptions } from 'node:https'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { ConnectError } from '../base/errors.ts'
import { defineConfig } from '../config/definition.ts'
import { parseConfig } from '../config/parse.ts'
import type { ConfigProps } from '../config/props.ts'
import { readTls } from '../config/tls.ts'
import { tlsKeys } from '../config/tls-keys.ts'
import { jvmTlsKeys } from '../runtime/config/jvm-tls-keys.ts'
import { restKeys } from '../runtime/config/rest-keys.ts'

/** Prefixes of the TLS settings of `listeners` and `admin.listeners`. */
export type TlsPrefix = 'listeners.https.' | 'admin.listeners.https.'

const definition = defineConfig({
  ...tlsKeys,
  ...jvmTlsKeys,
  'ssl.client.auth': restKeys['ssl.client.auth'],
})

/**
 * How HTTPS listeners show who they are and whom they trust.
 * @throws ConnectError CONFIG_INVALID without a key, or for one that can't be read.
 */
export function serverTls(props: ConfigProps, prefix: TlsPrefix): ServerOptions {
  const config = parseConfig(definition, settingsOf(props, prefix))
  const { minVersion, maxVersion, ciphers, ca, key, cert, pfx, passphrase } = readTls(
    config,
    prefix,
  )
  const tls = { minVersion, maxVersion, ciphers, ca, key, cert, pfx, passphrase }
  if (key === undefined && pfx === undefined) {
    throw new ConnectError(
      `Missing configuration ${prefix}ssl.keystore.location: an HTTPS listener needs a key and its certificate, as a PEM or PKCS12 file`,
      { code: 'CONFIG_INVALID' },
    )
  }
  const auth = config['ssl.client.auth']
  return { ...tls, requestCert: auth !== 'none', rejectUnauthorized: auth === 'required' }
}

/** How a worker reaches others that serve HTTPS. */
export function clientTls(props: ConfigProps): TlsOptions {
  const prefix = 'listeners.https.'
  return readTls(parseConfig(definition, settingsOf(props, prefix)), prefix)
}

/** One setting with the prefix is enough for those without it to count no more. */
function settingsOf(props: ConfigProps, prefix: TlsPrefix): ConfigProps {
  const own = Object.entries(props).filter(([key]) => key.startsWith(prefix))
  if (own.length === 0) return props
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]))
}
