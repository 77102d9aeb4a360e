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
 * @throws ConnectError CONFIG_INVALID for another form, and for HTTPS, which is not served yet.
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
  if (lower === 'https') {
    throw invalid(
      `Invalid value ${url} for configuration listeners: HTTPS is not served yet; use http:// and put a proxy with TLS before the worker`,
    )
  }
  return { protocol: lower, host, port: Number(port) }
}

/** `host:port` of the worker in statuses, and for other workers. */
export function advertisedAddress(
  listeners: readonly Listener[],
  settings: AdvertisedSettings,
): string {
  const wanted = settings.protocol?.toLowerCase() ?? null
  const chosen =
    listeners.find(({ protocol }) => protocol === (wanted ?? 'http')) ?? listeners.at(0)
  const host = settings.host ?? (chosen?.host || hostname())
  return `${host.includes(':') ? `[${host}]` : host}:${settings.port ?? chosen?.port ?? ''}`
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}
