import { atLeast, type ConfigSpec, type SpecValues, tlsKeys } from '../../sdk/index.ts'
import { onlyDefault, refusedKey } from './refused-key.ts'
import { authKeys } from './registry-auth-config.ts'
import { registryUrls } from './registry-urls.ts'
import { subjectKeys } from './subject-names.ts'

type TlsPrefixed = {
  [K in keyof typeof tlsKeys as `schema.registry.${K}`]: (typeof tlsKeys)[K]
}

const registryTlsKeys = Object.fromEntries(
  Object.entries(tlsKeys).map(([name, key]) => [`schema.registry.${name}`, key]),
) as unknown as TlsPrefixed

const connectionKeys = {
  'schema.registry.url': {
    type: 'list',
    validator: registryUrls,
    importance: 'high',
    doc: 'Addresses of the schema registry, such as http://host:8081; the next is tried where one fails. Credentials may stand before the host.',
  },
  'schema.registry.url.randomize': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Begins with any of the addresses, not with the first.',
  },
  'proxy.host': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Host of the HTTP proxy before the registry; none when empty.',
  },
  'proxy.port': {
    type: 'int',
    default: -1,
    importance: 'low',
    doc: 'Port of the HTTP proxy.',
  },
  'http.connect.timeout.ms': {
    type: 'int',
    default: 60_000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Longest time for a connection to the registry; 0 sets no limit.',
  },
  'http.read.timeout.ms': {
    type: 'int',
    default: 60_000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Longest time for an answer of the registry; 0 sets no limit.',
  },
  'max.retries': {
    type: 'int',
    default: 3,
    validator: atLeast(0),
    importance: 'low',
    doc: 'How often a request is repeated that failed for the moment, before the record fails; errors.retry.timeout comes on top.',
  },
  'retries.wait.ms': {
    type: 'int',
    default: 1000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Wait before the first repetition; it doubles each time.',
  },
  'retries.max.wait.ms': {
    type: 'int',
    default: 20_000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Longest wait before a repetition.',
  },
} as const satisfies ConfigSpec

const schemaKeys = {
  'auto.register.schemas': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Registers the schemas that are written. Otherwise they must be registered already.',
  },
  'use.schema.id': {
    type: 'int',
    default: -1,
    importance: 'low',
    doc: 'Id of the schema that is written with, where schemas are not registered; -1: none.',
  },
  'id.compatibility.strict': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: "Whether data of the connector's schema must be readable with the schema of use.schema.id.",
  },
  'use.latest.version': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: "Writes with the subject's latest schema, where schemas are not registered, and reads into it.",
  },
  'latest.compatibility.strict': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: "Whether data of the connector's schema must be readable with the latest schema.",
  },
  'latest.cache.ttl.sec': {
    type: 'int',
    default: -1,
    importance: 'low',
    doc: 'Seconds after which the latest schema is asked for again; -1: never.',
  },
  'normalize.schemas': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Lets the registry bring schemas into its own form when they are registered or looked up.',
  },
  'schemas.cache.config': {
    type: 'int',
    default: 1000,
    validator: atLeast(1),
    importance: 'low',
    doc: 'Most schemas that are kept.',
  },
  'schemas.cache.size': {
    type: 'int',
    default: null,
    importance: 'low',
    doc: 'Another name of schemas.cache.config, and stronger.',
  },
  'max.schemas.per.subject': {
    type: 'int',
    default: 1000,
    validator: atLeast(1),
    importance: 'low',
    doc: 'Most schemas of one subject that are kept. schemas.cache.config limits all of them.',
  },
} as const satisfies ConfigSpec

const NO_RULES = 'data contracts (rules on fields) are not executed'

const refusedKeys = {
  'use.schema.guid': refusedKey('use use.schema.id'),
  'use.latest.with.metadata': refusedKey('use use.latest.version or use.schema.id'),
  'propagate.schema.tags': onlyDefault('false', 'tags of the stream catalog are not known'),
  'latest.cache.size': onlyDefault('1000', 'schemas.cache.config limits what is kept'),
  'schema.format': refusedKey('schemas are asked for as they were registered'),
  'schema.reflection': onlyDefault('false', 'there are no classes to read schemas from'),
  'schema.backup.enabled': onlyDefault('false', 'there are no backup envelopes'),
  'execution.environment': refusedKey(NO_RULES),
  'rule.executors': onlyDefault('', NO_RULES),
  'rule.actions': onlyDefault('', NO_RULES),
  'rule.service.loader.enable': onlyDefault('true', NO_RULES),
  'validation.rules.execution': onlyDefault('DISABLED', NO_RULES),
  'use.apache.http.client': onlyDefault('false', 'it is a library of Java'),
  'key.schema.id.serializer': onlyDefault(
    'io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer',
    'ids are written before the data, not into headers',
  ),
  'value.schema.id.serializer': onlyDefault(
    'io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer',
    'ids are written before the data, not into headers',
  ),
  'key.schema.id.deserializer': onlyDefault(
    'io.confluent.kafka.serializers.schema.id.DualSchemaIdDeserializer',
    'ids are read before the data',
  ),
  'value.schema.id.deserializer': onlyDefault(
    'io.confluent.kafka.serializers.schema.id.DualSchemaIdDeserializer',
    'ids are read before the data',
  ),
} as const satisfies ConfigSpec

/** Settings of every converter that uses a schema registry, with the names and defaults of Confluent's. */
export const registryKeys = {
  ...connectionKeys,
  ...authKeys,
  ...registryTlsKeys,
  ...subjectKeys,
  ...schemaKeys,
  ...refusedKeys,
} as const satisfies ConfigSpec

export type RegistryConfig = SpecValues<typeof registryKeys>
