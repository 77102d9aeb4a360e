import type { ConfigSpec, ConfigType } from '../../config/definition.ts'
import type { ClientKind } from '../../kafka/client-config.ts'

/**
 * What becomes of a setting of Java's clients that Millrace's clients do not have:
 *
 * - `same`: it makes no difference in Apache Kafka Connect either.
 * - `none`: it has no effect, and records flow as without it.
 * - `refused`: without its effect, something else would happen than was asked for.
 */
export type Effect = 'same' | 'none' | 'refused'

export interface JavaClientKey {
  readonly clients: readonly ClientKind[]
  readonly type: ConfigType
  readonly default: string | null
  readonly effect: Effect
  /** What holds instead. */
  readonly reason: string
  /** Values besides the default that say what holds anyway. */
  readonly holds?: readonly string[]
}

type Row = readonly [type: ConfigType, fallback: string | null, ...holds: readonly string[]]

const all: readonly ClientKind[] = ['producer', 'consumer', 'admin']
const producer: readonly ClientKind[] = ['producer']
const consumer: readonly ClientKind[] = ['consumer']

function keys(
  clients: readonly ClientKind[],
  effect: Effect,
  reason: string,
  rows: Readonly<Record<string, Row>>,
): Readonly<Record<string, JavaClientKey>> {
  const entries = Object.entries(rows).map(([name, [type, fallback, ...holds]]) => [
    name,
    { clients, type, default: fallback, effect, reason, holds },
  ])
  return Object.fromEntries(entries)
}

const OAUTH = 'org.apache.kafka.common.security.oauthbearer.'
const SERIALIZATION = 'org.apache.kafka.common.serialization.'

/** Settings of Java's clients beyond those of `clientConfigs`; names, types and defaults are Java's. */
export const javaClientKeys: Readonly<Record<string, JavaClientKey>> = {
  ...keys(all, 'none', 'sockets have the sizes and times of the system', {
    'send.buffer.bytes': ['int', '131072', '-1'],
    'receive.buffer.bytes': ['int', '32768', '65536', '-1'],
    'connections.max.idle.ms': ['long', '540000', '300000', '-1'],
    'socket.connection.setup.timeout.max.ms': ['long', '30000'],
  }),
  ...keys(all, 'none', 'all addresses of a host name are tried', {
    'client.dns.lookup': ['string', 'use_all_dns_ips'],
  }),
  ...keys(all, 'none', 'clients ask bootstrap.servers again when no other broker answers', {
    'metadata.recovery.strategy': ['string', 'rebootstrap'],
    'metadata.recovery.rebootstrap.trigger.ms': ['long', '300000'],
  }),
  ...keys(all, 'none', 'metrics are those of the worker, at /metrics', {
    'metric.reporters': ['list', 'org.apache.kafka.common.metrics.JmxReporter', ''],
    'metrics.sample.window.ms': ['long', '30000'],
    'metrics.num.samples': ['int', '2'],
    'metrics.recording.level': ['string', 'INFO'],
    'enable.metrics.push': ['boolean', 'true', 'false'],
  }),
  ...keys(all, 'none', 'Kerberos is not available: sasl.mechanism=GSSAPI is refused', {
    'sasl.kerberos.service.name': ['string', null],
    'sasl.kerberos.kinit.cmd': ['string', '/usr/bin/kinit'],
    'sasl.kerberos.ticket.renew.window.factor': ['double', '0.8'],
    'sasl.kerberos.ticket.renew.jitter': ['double', '0.05'],
    'sasl.kerberos.min.time.before.relogin': ['long', '60000'],
  }),
  ...keys(all, 'none', 'a token is asked for at each login', {
    'sasl.login.refresh.window.factor': ['double', '0.8'],
    'sasl.login.refresh.window.jitter': ['double', '0.05'],
    'sasl.login.refresh.min.period.seconds': ['short', '60'],
    'sasl.login.refresh.buffer.seconds': ['short', '300'],
    'sasl.login.connect.timeout.ms': ['int', null],
    'sasl.login.read.timeout.ms': ['int', null],
    'sasl.login.retry.backoff.max.ms': ['long', '10000'],
    'sasl.login.retry.backoff.ms': ['long', '100'],
  }),
  ...keys(all, 'none', 'tokens are checked by the broker alone', {
    'sasl.oauthbearer.jwt.validator.class': [
      'class',
      `${OAUTH}DefaultJwtValidator`,
      `${OAUTH}ClientJwtValidator`,
    ],
    'sasl.oauthbearer.scope.claim.name': ['string', 'scope'],
    'sasl.oauthbearer.sub.claim.name': ['string', 'sub'],
    'sasl.oauthbearer.jwks.endpoint.url': ['string', null],
    'sasl.oauthbearer.jwks.endpoint.refresh.ms': ['long', '3600000'],
    'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': ['long', '10000'],
    'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': ['long', '100'],
    'sasl.oauthbearer.clock.skew.seconds': ['int', '30'],
    'sasl.oauthbearer.expected.audience': ['list', ''],
    'sasl.oauthbearer.expected.issuer': ['string', null],
  }),
  ...keys(all, 'refused', 'a login gets its token with clientId and clientSecret', {
    'sasl.oauthbearer.jwt.retriever.class': [
      'class',
      `${OAUTH}DefaultJwtRetriever`,
      `${OAUTH}ClientCredentialsJwtRetriever`,
    ],
    'sasl.oauthbearer.assertion.algorithm': ['string', 'RS256'],
    'sasl.oauthbearer.assertion.claim.aud': ['string', null],
    'sasl.oauthbearer.assertion.claim.exp.seconds': ['int', '300'],
    'sasl.oauthbearer.assertion.claim.iss': ['string', null],
    'sasl.oauthbearer.assertion.claim.jti.include': ['boolean', 'false'],
    'sasl.oauthbearer.assertion.claim.nbf.seconds': ['int', '60'],
    'sasl.oauthbearer.assertion.claim.sub': ['string', null],
    'sasl.oauthbearer.assertion.file': ['string', null],
    'sasl.oauthbearer.assertion.private.key.file': ['string', null],
    'sasl.oauthbearer.assertion.private.key.passphrase': ['password', null],
    'sasl.oauthbearer.assertion.template.file': ['string', null],
    'sasl.oauthbearer.header.urlencode': ['boolean', 'false'],
  }),
  ...keys(all, 'refused', 'Java classes do not run here', {
    'sasl.client.callback.handler.class': [
      'class',
      null,
      `${OAUTH}OAuthBearerSaslClientCallbackHandler`,
      `${OAUTH}internals.OAuthBearerSaslClientCallbackHandler`,
    ],
    'sasl.login.callback.handler.class': [
      'class',
      null,
      `${OAUTH}OAuthBearerLoginCallbackHandler`,
      `${OAUTH}secured.OAuthBearerLoginCallbackHandler`,
    ],
    'sasl.login.class': ['class', null],
    'ssl.engine.factory.class': ['class', null],
  }),
  ...keys(all, 'refused', 'OpenSSL is used: there are no providers and algorithms to choose', {
    'security.providers': ['string', null],
    'ssl.provider': ['string', null],
    'ssl.keymanager.algorithm': ['string', 'SunX509'],
    'ssl.trustmanager.algorithm': ['string', 'PKIX'],
    'ssl.secure.random.implementation': ['string', null],
  }),
  ...keys(all, 'none', 'ssl.enabled.protocols tells what is used', {
    'ssl.protocol': ['string', 'TLSv1.3', 'TLSv1.2', 'TLS'],
  }),
  ...keys(all, 'refused', 'variables are those of config.providers of the worker', {
    'config.providers': ['list', ''],
  }),
  ...keys(producer, 'none', "codecs compress at the level that is their library's default", {
    'compression.gzip.level': ['int', '-1'],
    'compression.lz4.level': ['int', '9'],
    'compression.zstd.level': ['int', '3'],
  }),
  ...keys(producer, 'none', 'records without a key change partition with each batch', {
    'partitioner.adaptive.partitioning.enable': ['boolean', 'true', 'false'],
    'partitioner.availability.timeout.ms': ['long', '0'],
  }),
  ...keys(producer, 'none', 'metadata of topics is kept as long as the client', {
    'metadata.max.idle.ms': ['long', '300000'],
  }),
  ...keys(producer, 'refused', 'records with a key go to the partition of their key', {
    'partitioner.class': ['class', null],
    'partitioner.ignore.keys': ['boolean', 'false'],
  }),
  ...keys(producer, 'refused', 'transactions are committed by the worker', {
    'transaction.two.phase.commit.enable': ['boolean', 'false'],
  }),
  ...keys(['producer', 'consumer'], 'refused', 'Java classes do not run here', {
    'interceptor.classes': ['list', ''],
  }),
  ...keys(producer, 'refused', 'converters make the bytes of records', {
    'key.serializer': ['class', null, `${SERIALIZATION}ByteArraySerializer`],
    'value.serializer': ['class', null, `${SERIALIZATION}ByteArraySerializer`],
  }),
  ...keys(consumer, 'refused', 'converters read the bytes of records', {
    'key.deserializer': ['class', null, `${SERIALIZATION}ByteArrayDeserializer`],
    'value.deserializer': ['class', null, `${SERIALIZATION}ByteArrayDeserializer`],
  }),
  ...keys(consumer, 'same', 'offsets are committed by the worker', {
    'auto.commit.interval.ms': ['int', '5000'],
  }),
  ...keys(consumer, 'none', 'internal topics are never subscribed to by topics.regex', {
    'exclude.internal.topics': ['boolean', 'true'],
  }),
  ...keys(consumer, 'none', 'consumers join their group by the classic protocol', {
    'group.protocol': ['string', 'classic', 'CLASSIC'],
    'group.remote.assignor': ['string', null],
  }),
  ...keys(consumer, 'same', 'only share groups and applications of Kafka Streams have it', {
    'share.acknowledgement.mode': ['string', 'implicit'],
    'share.acquire.mode': ['string', 'BATCH_OPTIMIZED', 'batch_optimized'],
    'internal.throw.on.fetch.stable.offset.unsupported': ['boolean', 'false'],
  }),
  ...keys(['admin'], 'refused', 'the worker asks brokers', {
    'bootstrap.controllers': ['list', ''],
  }),
  ...keys(['admin'], 'none', 'calls are tried again until default.api.timeout.ms', {
    retries: ['int', '2147483647'],
  }),
}

/** The same as a specification, for reading values and for REST. */
export function javaClientSpec(client: ClientKind): ConfigSpec {
  const entries = Object.entries(javaClientKeys)
    .filter(([, { clients }]) => clients.includes(client))
    .map(([name, key]) => [
      name,
      { type: key.type, default: key.default, importance: 'low', doc: `No effect: ${key.reason}.` },
    ])
  return Object.fromEntries(entries)
}
