import type { Measure } from './measure.ts'
import { MetricGroups } from './metric-groups.ts'
import { NodeMetrics, type Traffic, trafficReadings } from './node-metrics.ts'
import type { MetricsRegistry, Readings, Tags } from './registry.ts'

/** `connect` is the client with which a worker is in its group. */
export type ClientKind = 'connect' | 'producer' | 'consumer' | 'admin-client'

/** Metrics of one Kafka client from its start to its end. */
export class ClientMetrics {
  readonly registry: MetricsRegistry
  readonly kind: ClientKind
  readonly #tags: Tags
  readonly #traffic: Traffic
  readonly #opened: Measure
  readonly #closed: Measure
  readonly #authenticated: Measure
  readonly #refused: Measure
  readonly #groups: MetricGroups
  #more: () => Readings = () => ({})

  constructor(registry: MetricsRegistry, kind: ClientKind, clientId: string) {
    this.registry = registry
    this.kind = kind
    this.#tags = { 'client-id': clientId }
    this.#groups = new MetricGroups(registry)
    this.#traffic = newTraffic(registry)
    this.#opened = registry.measure()
    this.#closed = registry.measure()
    this.#authenticated = registry.measure()
    this.#refused = registry.measure()
    this.add(`${kind}-metrics`, {}, () => this.#read())
  }

  /** Adds metrics that go with those of the client. @returns What takes them out again. */
  add(type: string, tags: Tags, read: () => Readings): () => void {
    const domain = `kafka.${this.kind.replace('-', '.')}`
    return this.#groups.add({ domain, type, tags: { ...this.#tags, ...tags }, read })
  }

  /** Adds to the metrics of the client as a whole. */
  extend(read: () => Readings): void {
    this.#more = read
  }

  /** Metrics of one broker. @param id Its number; negative for one that is not known. */
  node(id: number): NodeMetrics {
    return new NodeMetrics(this, id, newTraffic(this.registry))
  }

  connectionOpened(): void {
    this.#opened.record(1)
  }

  connectionClosed(): void {
    this.#closed.record(1)
  }

  authenticated(): void {
    this.#authenticated.record(1)
  }

  authenticationFailed(): void {
    this.#refused.record(1)
  }

  sent(bytes: number): void {
    this.#traffic.sent.record(bytes)
  }

  received(bytes: number, elapsedMs: number): void {
    this.#traffic.received.record(bytes)
    this.#traffic.latencyMs.record(elapsedMs)
  }

  close(): void {
    this.#groups.close()
  }

  #read(): Readings {
    const { sent, received, latencyMs } = this.#traffic
    return {
      'connection-count': this.#opened.total - this.#closed.total,
      'connection-creation-rate': this.#opened.rate,
      'connection-creation-total': this.#opened.total,
      'connection-close-rate': this.#closed.rate,
      'connection-close-total': this.#closed.total,
      'successful-authentication-rate': this.#authenticated.rate,
      'successful-authentication-total': this.#authenticated.total,
      'failed-authentication-rate': this.#refused.rate,
      'failed-authentication-total': this.#refused.total,
      'network-io-rate': sent.countRate + received.countRate,
      'network-io-total': sent.count + received.count,
      ...trafficReadings(this.#traffic),
      ...(this.kind === 'producer'
        ? { 'request-latency-avg': latencyMs.avg, 'request-latency-max': latencyMs.max }
        : {}),
      ...this.#more(),
    }
  }
}

function newTraffic(registry: MetricsRegistry): Traffic {
  return {
    sent: registry.measure(),
    received: registry.measure(),
    latencyMs: registry.measure(),
  }
}
