import type { BrokerOptions, TlsSettings } from '../broker/index.ts'
import { UsageError } from './command.ts'
import { readBytes, readProperties } from './read-file.ts'

interface Arguments {
  readonly 'tls-cert'?: string | undefined
  readonly 'tls-key'?: string | undefined
  readonly 'tls-ca'?: string | undefined
  readonly users?: string | undefined
  readonly user: readonly string[]
}

/** @throws ConnectError CONFIG_INVALID for files that can't be read. */
export async function readBrokerSecurity(
  args: Arguments,
): Promise<Pick<BrokerOptions, 'tls' | 'sasl'>> {
  const tls = await readTls(args)
  const ofFile = args.users === undefined ? {} : await readProperties(args.users)
  const users = { ...ofFile, ...Object.fromEntries(args.user.map(user)) }
  const isOpen = args.users === undefined && args.user.length === 0
  if (!isOpen && Object.keys(users).length === 0) {
    throw new UsageError(`nobody could log in: there is no NAME=PASSWORD in ${args.users}`)
  }
  return { ...(tls === null ? {} : { tls }), ...(isOpen ? {} : { sasl: { users } }) }
}

async function readTls(args: Arguments): Promise<TlsSettings | null> {
  const { 'tls-cert': cert, 'tls-key': key, 'tls-ca': ca } = args
  if (cert !== undefined && key !== undefined) {
    const own = { cert: await readBytes(cert), key: await readBytes(key) }
    return ca === undefined ? own : { ...own, ca: await readBytes(ca) }
  }
  if (cert === undefined && key === undefined && ca === undefined) return null
  throw new UsageError('TLS needs both --tls-cert and --tls-key')
}

function user(text: string): readonly [name: string, password: string] {
  const at = text.indexOf(':')
  if (at < 1) throw new UsageError('--user takes NAME:PASSWORD')
  return [text.slice(0, at), text.slice(at + 1)]
}
