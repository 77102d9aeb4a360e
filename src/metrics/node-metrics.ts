import type { ClientMetrics } from './client-metrics.ts'
import type { Measure } from './measure.ts'
import type { Readings } from './registry.ts'

/** Requests and answers, measured in bytes. */
export interface Traffic {
  readonly sent: Measure
  readonly received: Measure
  readonly latencyMs: Measure
}

export function trafficReadings({ sent, received }: Traffic): Readings {
  return {
    'outgoing-byte-rate': sent.rate,
    'outgoing-byte-total': sent.total,
    'incoming-byte-rate': received.rate,
    'incoming-byte-total': received.total,
    'request-rate': sent.countRate,
    'request-total': sent.count,
    'response-rate': received.countRate,
    'response-total': received.count,
    'request-size-avg': sent.avg,
    'request-size-max': sent.max,
  }
}

/** Traffic of one client with one broker; there as soon as there is any. */
export class NodeMetrics {
  readonly #client: ClientMetrics
  readonly #traffic: Traffic
  #id: number
  #remove: (() => void) | null = null

  constructor(client: ClientMetrics, id: number, traffic: Traffic) {
    this.#client = client
    this.#traffic = traffic
    this.#id = id
  }

  /** The broker's number was found out. */
  rename(id: number): void {
    if (id === this.#id) return
    this.#id = id
    if (this.#remove === null) return
    this.#remove()
    this.#add()
  }

  connectionOpened(): void {
    if (this.#remove === null) this.#add()
    this.#client.connectionOpened()
  }

  connectionClosed(): void {
    this.#client.connectionClosed()
  }

  authenticated(): void {
    this.#client.authenticated()
  }

  authenticationFailed(): void {
    this.#client.authenticationFailed()
  }

  sent(bytes: number): void {
    this.#traffic.sent.record(bytes)
    this.#client.sent(bytes)
  }

  received(bytes: number, elapsedMs: number): void {
    this.#traffic.received.record(bytes)
    this.#traffic.latencyMs.record(elapsedMs)
    this.#client.received(bytes, elapsedMs)
  }

  #add(): void {
    const tags = { 'node-id': `node-${this.#id}` }
    this.#remove = this.#client.add(`${this.#client.kind}-node-metrics`, tags, () => ({
      ...trafficReadings(this.#traffic),
      'request-latency-avg': this.#traffic.latencyMs.avg,
      'request-latency-max': this.#traffic.latencyMs.max,
    }))
  }
}
