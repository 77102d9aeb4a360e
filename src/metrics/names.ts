import type { GroupReading } from './registry.ts'

/**
 * `short` are the names that the usual rules of Prometheus' JMX exporter give Kafka Connect's
 * metrics, as Strimzi's dashboards have them; `mbean` those that it gives without rules, as Aiven's
 * dashboards have them and, but for texts, Confluent's.
 */
export type Naming = 'short' | 'mbean'

export interface SampleName {
  /** Without the suffix that its kind adds. */
  readonly family: string
  readonly kind: 'gauge' | 'counter' | 'info'
  /** What the value is multiplied with. */
  readonly scale: number
}

type Group = Pick<GroupReading, 'domain' | 'type'>

/** Metrics of the process have their usual names already. */
export const PROCESS_DOMAIN = 'process'

export function sampleName(
  group: Group,
  attribute: string,
  isText: boolean,
  naming: Naming,
): SampleName {
  const name = `${prefixOf(group, naming)}${attribute}`.replaceAll(/[^a-zA-Z0-9_]/g, '_')
  if (
    isText &&
    (naming === 'mbean' || group.type === 'app-info' || group.domain === PROCESS_DOMAIN)
  ) {
    return { family: name, kind: 'info', scale: 1 }
  }
  if (name.endsWith('_start_time_ms')) {
    return { family: `${name.slice(0, -'ms'.length)}seconds`, kind: 'gauge', scale: 0.001 }
  }
  if (name.endsWith('_total'))
    return { family: name.slice(0, -'_total'.length), kind: 'counter', scale: 1 }
  return { family: name, kind: 'gauge', scale: 1 }
}

/** `client-id` is `clientid` in the rules that the short names come from. */
export function labelName(tag: string, naming: Naming): string {
  const name = naming === 'short' && clientTags.has(tag) ? tag.replace('-', '') : tag
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_')
}

const clientTags: ReadonlySet<string> = new Set(['client-id', 'node-id'])

function prefixOf({ domain, type }: Group, naming: Naming): string {
  if (domain === PROCESS_DOMAIN) return ''
  if (naming === 'mbean') return `${domain}_${type}_`
  if (type === 'app-info') return `${domain}_`
  const short = type.replace(/-metrics$/, '')
  return /^(connect|producer|consumer|admin-client)(-|$)/.test(short)
    ? `kafka_${short}_`
    : `${domain}_${short}_`
}
