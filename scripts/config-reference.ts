import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigKey, ConfigSpec } from '../src/config/definition.ts'
import { parseValue } from '../src/config/parse.ts'
import { convertToString } from '../src/config/text.ts'
import { type ClientKind, clientConfigs } from '../src/kafka/client-config.ts'
import { type Effect, javaClientKeys } from '../src/runtime/config/java-client-keys.ts'
import { sinkKeys } from '../src/runtime/config/sink-keys.ts'
import { sourceKeys } from '../src/runtime/config/source-keys.ts'
import { groupKeys } from '../src/runtime/config/topic-groups.ts'
import { connectorConfig } from '../src/runtime/connector-config.ts'
import { distributedConfig, standaloneConfig, workerConfig } from '../src/runtime/worker-config.ts'

const file = join(import.meta.dirname, '../docs/reference/settings.md')

/** Defaults that depend on the machine. */
const machineDefaults: Readonly<Record<string, string>> = {
  'millrace.task.threads': 'one for each CPU',
}

/** `docs/reference/settings.md`, made from the definitions that the worker reads. */
export function configReference(): string {
  return `# Settings

Every setting of Apache Kafka Connect 4.3.1 is on this page: it works, it has no effect, or it is
refused. Nothing is ignored in silence: a setting without effect is named in one warning line when
the worker starts, or when the connector is created; a refused one ends the start, or fails the
validation of the connector, with the reason. \`millrace check worker.properties CONNECTORS\` tells
all of it beforehand. Settings that begin with \`millrace.\` are Millrace's own.

A setting without a default is required. This page is made by \`node scripts/config-reference.ts\`.

## Of a worker

${table(workerConfig.keys)}

### Standalone

${table(without(standaloneConfig.keys, workerConfig.keys))}

### Distributed

${table(without(distributedConfig.keys, workerConfig.keys))}

### With a prefix

| prefix | what follows it |
| --- | --- |
| \`key.converter.\` \`value.converter.\` \`header.converter.\` | settings of the converter |
| \`config.providers.NAME.\` | \`class\`, and \`param.\` with what the class reads |
| \`producer.\` \`consumer.\` \`admin.\` | settings of the clients of connectors, below |
| \`listeners.https.\` | \`ssl.*\` of the REST server alone |
| \`config.storage.\` \`offset.storage.\` \`status.storage.\` | settings of the topic when it is created |
| \`metrics.context.\` | labels of metrics in Java; no effect here |

Settings of clients without a prefix, such as \`security.protocol\` and \`request.timeout.ms\`, hold for the
worker's own clients and for admin clients, not for producers and consumers of connectors.

## Of connectors

${table(connectorConfig.keys)}

### Sources

${table(sourceKeys)}

### Topics that sources create

Behind \`topic.creation.default.\` or \`topic.creation.GROUP.\`; a group takes what it does not set from the
default. Any other name there is a setting of the topic, such as \`cleanup.policy\`.

${table(groupKeys)}

### Sinks

${table(sinkKeys)}

## Of Kafka clients

In a worker's file behind \`producer.\`, \`consumer.\` and \`admin.\`; of a connector behind
\`producer.override.\`, \`consumer.override.\` and \`admin.override.\`, where
\`connector.client.config.override.policy\` allows it. TLS settings are those of the worker.

${clientTable()}

### Without effect

${javaTable('none')}

### Without effect in Apache Kafka Connect either

${javaTable('same')}

### Refused

A value that asks for nothing else than what holds anyway is accepted.

${javaTable('refused')}
`
}

function table(keys: ConfigSpec): string {
  const rows = Object.entries(keys).map(([name, key]) =>
    row([code(name), key.type, fallback(name, key), key.doc]),
  )
  return [row(['name', 'type', 'default', 'what it does']), rule(4), ...rows].join('\n')
}

function clientTable(): string {
  const kinds = Object.keys(clientConfigs) as readonly ClientKind[]
  const all: Readonly<Record<ClientKind, ConfigSpec>> = {
    producer: withoutTls(clientConfigs.producer.keys),
    consumer: withoutTls(clientConfigs.consumer.keys),
    admin: withoutTls(clientConfigs.admin.keys),
  }
  const names = new Set(kinds.flatMap((kind) => Object.keys(all[kind])))
  const rows = [...names].map((name) => {
    const having = kinds.filter((kind) => Object.hasOwn(all[kind], name))
    const key = having[0] === undefined ? undefined : all[having[0]][name]
    if (key === undefined) throw new TypeError(`nobody has ${name}`)
    return row([code(name), having.join(', '), key.type, fallback(name, key), key.doc])
  })
  return [row(['name', 'clients', 'type', 'default', 'what it does']), rule(5), ...rows].join('\n')
}

function javaTable(effect: Effect): string {
  const rows = Object.entries(javaClientKeys)
    .filter(([, key]) => key.effect === effect)
    .map(([name, { clients, reason }]) => row([code(name), clients.join(', '), reason]))
  return [row(['name', 'clients', 'what holds instead']), rule(3), ...rows].join('\n')
}

function without(keys: ConfigSpec, others: ConfigSpec): ConfigSpec {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => !Object.hasOwn(others, name)))
}

function withoutTls(keys: ConfigSpec): ConfigSpec {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => !name.startsWith('ssl.')))
}

function fallback(name: string, key: ConfigKey): string {
  const machine = machineDefaults[name]
  if (machine !== undefined) return machine
  if (key.default === undefined) return 'required'
  const text = convertToString(parseValue(name, key.default, key.type), key.type)
  return text === null || text === '' ? '' : code(text)
}

function code(text: string): string {
  return `\`${text}\``
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function rule(columns: number): string {
  return row(Array.from({ length: columns }, () => '---'))
}

if (import.meta.main) writeFileSync(file, configReference())
