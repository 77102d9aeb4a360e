import { readFileSync } from 'node:fs'
import type { SecureVersion, ConnectionOptions as TlsOptions } from 'node:tls'
import { ConnectError, messageOf } from '../base/errors.ts'
import { pkcs12Certificates } from '../base/pkcs12.ts'
import type { Password } from './password.ts'
import type { TlsConfig } from './tls-keys.ts'

const JKS_MAGIC = 0xfeedfeed

/**
 * @param prefix Of the settings, for the message.
 * @throws ConnectError CONFIG_INVALID that names the setting and the file.
 */
export function readTls(config: TlsConfig, prefix = ''): TlsOptions {
  const versions = config['ssl.enabled.protocols'].toSorted() as SecureVersion[]
  const [minVersion = 'TLSv1.2', maxVersion = minVersion] = [versions.at(0), versions.at(-1)]
  const ciphers = config['ssl.cipher.suites']
  const tls = {
    minVersion,
    maxVersion,
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.map(opensslName).join(':') }),
    ...trust(config),
    ...identity(config),
  }
  // Loaded for those who use it: it takes 1.5 MB in each thread.
  const { createSecureContext } = process.getBuiltinModule('node:tls')
  try {
    createSecureContext(tls)
  } catch (cause) {
    throw new ConnectError(
      `Invalid configuration ${prefix}ssl.*: a key, certificate or cipher can't be used: ${messageOf(cause)}`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
  return {
    ...tls,
    ...(config['ssl.endpoint.identification.algorithm'] === ''
      ? { checkServerIdentity: () => undefined }
      : {}),
  }
}

function trust(config: TlsConfig): TlsOptions {
  const inline = config['ssl.truststore.certificates']
  if (inline !== null) return { ca: pem(inline) }
  const file = config['ssl.truststore.location']
  if (file === null) return {}
  const store = readStore('ssl.truststore.location', file)
  if (isPem(config['ssl.truststore.type'])) return { ca: store }
  return { ca: pkcs12Certificates(store, secret(config['ssl.truststore.password']), file) }
}

function identity(config: TlsConfig): TlsOptions {
  const keyPassword = config['ssl.key.password']
  const passphrase = keyPassword === null ? {} : { passphrase: keyPassword.value }
  const [key, chain] = [config['ssl.keystore.key'], config['ssl.keystore.certificate.chain']]
  if (key !== null && chain !== null) return { key: pem(key), cert: pem(chain), ...passphrase }
  const file = config['ssl.keystore.location']
  if (file === null) return {}
  const store = readStore('ssl.keystore.location', file)
  if (isPem(config['ssl.keystore.type'])) return { key: store, cert: store, ...passphrase }
  return { pfx: store, passphrase: secret(config['ssl.keystore.password']) }
}

function readStore(key: string, file: string): Buffer {
  let store: Buffer
  try {
    store = readFileSync(file)
  } catch (cause) {
    throw invalid(key, file, messageOf(cause), cause)
  }
  if (store.length < 4 || store.readUInt32BE(0) !== JKS_MAGIC) return store
  throw invalid(
    key,
    file,
    `it is in the JKS format, which only Java reads. Convert it: keytool -importkeystore -srckeystore ${file} -destkeystore ${file.replace(/\.jks$/, '')}.p12 -deststoretype PKCS12`,
  )
}

function isPem(type: string): boolean {
  return type.toUpperCase() === 'PEM'
}

/** Properties files may hold PEM in one line, blanks in place of the line ends. */
function pem({ value }: Password): string {
  return value.replace(/(?<=-----) +| +(?=-----(?:END|BEGIN))/g, '\n')
}

function secret(password: Password | null): string {
  return password?.value ?? ''
}

/** TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 is ECDHE-RSA-AES256-GCM-SHA384; others stay. */
function opensslName(suite: string): string {
  const match = /^TLS_(.+)_WITH_(.+)$/.exec(suite)
  if (match === null) return suite
  const [, exchange = '', cipher = ''] = match
  const short = cipher
    .replace(/AES_(\d+)_CBC/, 'AES$1')
    .replace(/AES_(\d+)/, 'AES$1')
    .replace(/(CHACHA20_POLY1305)_SHA256/, '$1')
  return `${exchange === 'RSA' ? '' : `${exchange}-`}${short}`.replaceAll('_', '-')
}

function invalid(key: string, file: string, reason: string, cause?: unknown): ConnectError {
  return new ConnectError(`Invalid value ${file} for configuration ${key}: ${reason}`, {
    code: 'CONFIG_INVALID',
    ...(cause === undefined ? {} : { cause }),
  })
}
