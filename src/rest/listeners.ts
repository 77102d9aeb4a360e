import { hostname } from 'node:os'
import { ConnectError } from '../base/errors.ts'

export interface Listener {
  readonly protocol: 'http' | 'https'
  /** `''` for all interfaces. */
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
}

/** What a worker tells others of its address. */
export interface AdvertisedSettings {
  readonly host: string | null
  readonly port: number | null
  /** Protocol of the listener that is told; null: http if there is one. */
  readonly protocol: string | null
}

/**
 * Reads one of `listeners`, such as `http://:8083`.
 * @throws ConnectError CONFIG_INVALID for another form.
 */
export function parseListener(url: string): Listener {
  const [, protocol = '', host = '', port = ''] =
    /^(.*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)$/.exec(url) ?? []
  if (port === '') {
    throw invalid("Listener doesn't have the right format (protocol://hostname:port).")
  }
  const lower = protocol.toLowerCase()
  if (lower !== 'http' && lower !== 'https') {
    throw invalid('Listener protocol must be either "http" or "https".')
  }
  return { protocol: lower, host, port: Number(port) }
}

/** Where other workers and users find this one: `host:port`, its name in statuses, and as a URL. */
export function advertised(
  listeners: readonly Listener[],
  settings: AdvertisedSettings,
): { readonly address: string; readonly url: string } {
  const wanted = settings.protocol?.toLowerCase() ?? 'http'
  const chosen = listeners.find(({ protocol }) => protocol === wanted) ?? listeners.at(0)
  const host = settings.host ?? (chosen?.host || hostname())
  const address = `${bracketed(host)}:${settings.port ?? chosen?.port ?? ''}`
  const protocol = settings.protocol?.toLowerCase() ?? chosen?.protocol ?? 'http'
  return { address, url: `${protocol}://${address}/` }
}

export function urlOf({ protocol, host, port }: Listener): string {
  return `${protocol}://${bracketed(host)}:${port}`
}

/** Addresses of IPv6 need brackets in URLs. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}
