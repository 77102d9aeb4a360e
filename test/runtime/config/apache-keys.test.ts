import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { ConfigKey, ConfigSpec } from '../../../src/config/definition.ts'
import { parseConfig, parseValue } from '../../../src/config/parse.ts'
import { convertToString } from '../../../src/config/text.ts'
import { clientConfigs } from '../../../src/kafka/client-config.ts'
import {
  overrideNotices,
  workerKeyNotices,
} from '../../../src/runtime/config/client-key-notices.ts'
import { javaClientKeys, javaClientSpec } from '../../../src/runtime/config/java-client-keys.ts'
import { sinkConfig, sourceConfig } from '../../../src/runtime/connector-config.ts'
import { distributedConfig, standaloneConfig } from '../../../src/runtime/worker-config.ts'

/** Settings of Apache Kafka Connect 4.3.1, from its definitions. */
const apacheKeys = readFileSync(join(import.meta.dirname, 'apache-keys.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [definition = '', name = '', type = '', fallback = ''] = line.split('\t')
    return { definition, name, type, fallback }
  })

const admin: ConfigSpec = { ...javaClientSpec('admin'), ...clientConfigs.admin.keys }
const definitions: Readonly<Record<string, ConfigSpec>> = {
  // What a worker doesn't read itself goes to its clients.
  standalone: { ...admin, ...standaloneConfig.keys },
  distributed: { ...admin, ...distributedConfig.keys },
  source: sourceConfig.keys,
  sink: sinkConfig.keys,
  producer: { ...javaClientSpec('producer'), ...clientConfigs.producer.keys },
  consumer: { ...javaClientSpec('consumer'), ...clientConfigs.consumer.keys },
  admin,
}

/** Defaults that are others here, with the reason. */
const otherDefaults: Readonly<Record<string, string>> = {
  'producer batch.size': 'batches are larger and nothing lingers',
  'producer linger.ms': 'batches are larger and nothing lingers',
  'producer key.serializer': 'required in Java',
  'producer value.serializer': 'required in Java',
  'consumer key.deserializer': 'required in Java',
  'consumer value.deserializer': 'required in Java',
  'consumer enable.auto.commit': 'the worker commits, in Java too, where it sets this to false',
  'admin bootstrap.servers': 'controllers in its place are refused',
  'distributed request.timeout.ms': 'of the group in Java, of all clients here',
  'consumer receive.buffer.bytes': 'no effect: that of any client is known',
  'admin receive.buffer.bytes': 'no effect: that of any client is known',
  'admin connections.max.idle.ms': 'no effect: that of any client is known',
  'admin enable.metrics.push': 'no effect: that of any client is known',
}

for (const [definition, keys] of Object.entries(definitions)) {
  describe(`settings of ${definition} in Apache Kafka Connect`, () => {
    for (const apache of apacheKeys.filter((key) => key.definition === definition)) {
      test(`${apache.name} is known, with type and default`, () => {
        const key = keys[apache.name]
        assert.ok(key, 'nobody knows it')
        assert.equal(key.type, apache.type)
        if (`${definition} ${apache.name}` in otherDefaults) return
        assert.equal(defaultOf(apache.name, key), apache.fallback)
      })
    }
  })
}

function defaultOf(name: string, key: ConfigKey): string {
  if (key.default === undefined) return 'REQUIRED'
  const value = parseValue(name, key.default, key.type)
  return convertToString(value, key.type) ?? 'null'
}

const others = { int: '7', short: '7', long: '7', double: '0.6', boolean: '', string: 'other' }
for (const [name, { clients, effect, type, default: fallback }] of Object.entries(javaClientKeys)) {
  const changed =
    type === 'boolean'
      ? String(fallback !== 'true')
      : type in others
        ? others[type as 'int']
        : 'x.Y'
  test(`${name} is ${effect === 'none' ? 'said to have no effect' : effect}`, () => {
    for (const client of clients) {
      const key = `${client}.override.${name}`
      const silent = fallback === null ? {} : { [key]: fallback }
      assert.deepEqual(overrideNotices(silent), [])
      const isSilent = effect === 'same' || javaClientKeys[name]?.holds?.includes(changed)
      const told = overrideNotices({ [key]: changed })
      assert.deepEqual(
        told.map((notice) => [notice.key, notice.level]),
        isSilent ? [] : [[key, effect === 'none' ? 'warned' : effect]],
      )
      assert.ok(told.every(({ message }) => message.includes(key)))
    }
  })
}

test('settings of clients in a worker file are told under the names they have there', () => {
  const notices = workerKeyNotices(
    {
      'send.buffer.bytes': '1',
      'ssl.provider': 'BC',
      'client.dns.lookup': 'resolve_canonical_bootstrap_servers_only',
      'metrics.num.samples': '3',
      'metrics.context.team': 'a',
      'plugin.discovery': 'ONLY_SCAN',
      'connector.client.config.override.policy': 'Principal',
      'producer.compression.gzip.level': '9',
      'consumer.interceptor.classes': 'org.acme.Interceptor',
      'admin.sasl.oauthbearer.assertion.private.key.passphrase': 'secret',
      'admin.listeners': 'https://:8443',
      'admin.listeners.https.ssl.keystore.type': 'PEM',
      'producer.linger.mss': '5',
      'producer.linger.ms': '5',
    },
    standaloneConfig.keys,
  )
  assert.deepEqual(
    notices.map(({ message }) => message),
    [
      'send.buffer.bytes has no effect: sockets have the sizes and times of the system',
      'client.dns.lookup has no effect: all addresses of a host name are tried',
      "metrics.context.team has no effect: it labels metrics for Java's metric.reporters",
      'plugin.discovery has no effect: plug-ins are found by their manifests alone',
      'connector.client.config.override.policy=Principal is deprecated: Allowlist, with the settings of logins in connector.client.config.override.allowlist, takes its place',
      "producer.compression.gzip.level has no effect: codecs compress at the level that is their library's default",
      "producer.linger.mss has no effect: the producer does not know it; did you mean 'producer.linger.ms'?",
      'Invalid value org.acme.Interceptor for configuration consumer.interceptor.classes: not available here, as Java classes do not run here; remove it',
      'Invalid value [hidden] for configuration admin.sasl.oauthbearer.assertion.private.key.passphrase: not available here, as a login gets its token with clientId and clientSecret; remove it',
    ],
  )
})

test('the specifications of settings without effect are valid themselves', () => {
  for (const client of ['producer', 'consumer', 'admin'] as const) {
    parseConfig({ keys: javaClientSpec(client) }, {})
  }
})
