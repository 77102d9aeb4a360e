import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ClientProps } from '../../../src/kafka/client.ts'
import {
  type ApacheKafka,
  freePort,
  kafkaHome,
  startApacheKafka,
} from '../../helpers/apache-kafka.ts'
import { countedLogins } from '../../helpers/counted-logins.ts'
import { temporaryFolder } from '../../helpers/worker.ts'
import { clientsOf, produceAll, readAll, sourceProducer, unique } from './support.ts'

const PASSWORD = 'test-password'
const clients = clientsOf()
const folder = temporaryFolder()
const file = (name: string) => join(folder.path, name)
let kafka: ApacheKafka
let ports: { readonly tls: number; readonly sasl: number; readonly saslTls: number }

function keytool(...args: readonly string[]): void {
  execFileSync('keytool', [...args, '-storepass', PASSWORD, '-noprompt'], { stdio: 'pipe' })
}

/** A key with its own certificate, and the certificate in trust stores of each kind. */
function makeStores(name: string): void {
  const store = ['-keystore', file(`${name}.p12`), '-storetype', 'PKCS12']
  keytool(
    ...['-genkeypair', '-alias', name, '-keyalg', 'RSA', '-dname', `CN=${name}`],
    ...['-ext', 'san=ip:127.0.0.1', '-validity', '2', ...store],
  )
  const certificate = file(`${name}.pem`)
  keytool('-exportcert', '-rfc', '-alias', name, ...store, '-file', certificate)
  for (const type of ['PKCS12', 'JKS']) {
    const trust = ['-keystore', file(`${name}-trust.${type}`), '-storetype', type]
    keytool('-importcert', '-alias', name, '-file', certificate, ...trust)
  }
}

before(async () => {
  makeStores('broker')
  makeStores('client')
  makeStores('stranger')
  ports = { tls: await freePort(), sasl: await freePort(), saslTls: await freePort() }
  const jaas = (module: string, options: string) =>
    `org.apache.kafka.common.security.${module} required ${options};`
  const login = (listener: string) => [
    `listener.name.${listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER`,
    `listener.name.${listener}.plain.sasl.jaas.config=${jaas('plain.PlainLoginModule', `user_alice="${PASSWORD}"`)}`,
    `listener.name.${listener}.scram-sha-256.sasl.jaas.config=${jaas('scram.ScramLoginModule', '')}`,
    `listener.name.${listener}.scram-sha-512.sasl.jaas.config=${jaas('scram.ScramLoginModule', '')}`,
    `listener.name.${listener}.oauthbearer.sasl.jaas.config=${jaas('oauthbearer.OAuthBearerLoginModule', 'unsecuredLoginStringClaim_sub="broker"')}`,
  ]
  kafka = await startApacheKafka((port) => {
    const added = `TLS://127.0.0.1:${ports.tls},LOGIN://127.0.0.1:${ports.sasl},LOGINTLS://127.0.0.1:${ports.saslTls}`
    return [
      `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${port + 1},${added}`,
      `advertised.listeners=PLAINTEXT://127.0.0.1:${port},${added}`,
      'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,TLS:SSL,LOGIN:SASL_PLAINTEXT,LOGINTLS:SASL_SSL',
      'listener.name.tls.ssl.client.auth=required',
      ...['keystore', 'truststore'].flatMap((kind) => [
        `ssl.${kind}.location=${file(kind === 'keystore' ? 'broker.p12' : 'client-trust.PKCS12')}`,
        `ssl.${kind}.type=PKCS12`,
        `ssl.${kind}.password=${PASSWORD}`,
      ]),
      `ssl.key.password=${PASSWORD}`,
      ...login('login'),
      ...login('logintls'),
      'connections.max.reauth.ms=1500',
    ]
  })
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    execFileSync('java', [
      ...['-cp', join(kafkaHome, 'lib', '*'), 'kafka.admin.ConfigCommand'],
      ...['--bootstrap-server', kafka.bootstrap, '--alter', '--entity-type', 'users'],
      ...['--entity-name', 'alice', '--add-config', `${mechanism}=[password=${PASSWORD}]`],
    ])
  }
})
after(async () => {
  await kafka.stop()
  folder.remove()
})

async function roundTrip(bootstrap: string, props: ClientProps): Promise<void> {
  const topic = unique('secure')
  const producer = clients.producer(
    sourceProducer(bootstrap, { 'max.block.ms': '60000', ...props }),
  )
  try {
    const value = 'x'.repeat(300_000)
    await produceAll(producer, topic, [{ value }, { value: 'last' }])
    const records = await readAll(clients, bootstrap, topic, 2, props)
    assert.deepEqual(
      records.map((record) => record.value),
      [value, 'last'],
    )
  } finally {
    await producer.close(0)
  }
}

const trust = (name: string, type: string) => ({
  'ssl.truststore.location': file(type === 'PEM' ? `${name}.pem` : `${name}-trust.${type}`),
  'ssl.truststore.type': type,
  'ssl.truststore.password': PASSWORD,
})
const identity = (name: string) => ({
  'ssl.keystore.location': file(`${name}.p12`),
  'ssl.keystore.type': 'PKCS12',
  'ssl.keystore.password': PASSWORD,
})

for (const type of ['PKCS12', 'PEM']) {
  test(`TLS with a client certificate; the broker is trusted by ${type}`, () =>
    roundTrip(`127.0.0.1:${ports.tls}`, {
      'security.protocol': 'SSL',
      ...trust('broker', type),
      ...identity('client'),
    }))
}

test('a broker whose certificate is not trusted is refused at once', async () => {
  await assert.rejects(
    roundTrip(`127.0.0.1:${ports.tls}`, {
      'security.protocol': 'SSL',
      ...trust('stranger', 'PKCS12'),
      ...identity('client'),
    }),
    { code: 'KAFKA_AUTHENTICATION', message: /certificate/ },
  )
})

test('a client whose certificate the broker does not trust is refused at once', async () => {
  await assert.rejects(
    roundTrip(`127.0.0.1:${ports.tls}`, {
      'security.protocol': 'SSL',
      ...trust('broker', 'PKCS12'),
      ...identity('stranger'),
    }),
    { code: 'KAFKA_AUTHENTICATION', message: /certificate/ },
  )
})

test('a JKS store is refused with the command that converts it', () => {
  const props = { 'security.protocol': 'SSL', ...trust('broker', 'JKS') }
  const location = props['ssl.truststore.location']
  assert.throws(() => clients.producer(sourceProducer('127.0.0.1:1', props)), {
    code: 'CONFIG_INVALID',
    message: new RegExp(
      `ssl\\.truststore\\.location.*keytool -importkeystore -srckeystore ${location}`,
    ),
  })
})

test('PKCS12 that is labelled JKS is read', () =>
  roundTrip(`127.0.0.1:${ports.tls}`, {
    'security.protocol': 'SSL',
    ...trust('broker', 'PKCS12'),
    ...identity('client'),
    'ssl.truststore.type': 'JKS',
    'ssl.keystore.type': 'JKS',
  }))

const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule'
const scramModule = 'org.apache.kafka.common.security.scram.ScramLoginModule'
const credentials = `username="alice" password="${PASSWORD}"`
const logins: ReadonlyArray<readonly [mechanism: string, jaas: string]> = [
  ['PLAIN', `${plainModule} required ${credentials};`],
  ['SCRAM-SHA-256', `${scramModule} required ${credentials};`],
  ['SCRAM-SHA-512', `${scramModule} required ${credentials};`],
  [
    'OAUTHBEARER',
    'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="alice";',
  ],
]

for (const [mechanism, jaas] of logins) {
  const login = { 'sasl.mechanism': mechanism, 'sasl.jaas.config': jaas }
  test(`login with ${mechanism}`, () =>
    roundTrip(`127.0.0.1:${ports.sasl}`, { 'security.protocol': 'SASL_PLAINTEXT', ...login }))
  test(`login with ${mechanism} over TLS`, () =>
    roundTrip(`127.0.0.1:${ports.saslTls}`, {
      'security.protocol': 'SASL_SSL',
      ...trust('broker', 'PKCS12'),
      ...login,
    }))
}

for (const [mechanism, jaas] of logins.slice(0, 3)) {
  test(`metrics count each connection that was logged in, or refused, ${mechanism}`, async () => {
    const counts = (config: string) =>
      countedLogins(`127.0.0.1:${ports.sasl}`, {
        'security.protocol': 'SASL_PLAINTEXT',
        'sasl.mechanism': mechanism,
        'sasl.jaas.config': config,
      })
    const { connections, ...right } = await counts(jaas)
    assert.deepEqual(right, { succeeded: connections, failed: 0 })
    const wrong = await counts(jaas.replace(PASSWORD, 'wrong'))
    assert.deepEqual(wrong, { connections: 1, succeeded: 0, failed: 1 })
  })

  test(`a wrong password is refused at once, ${mechanism}`, async () => {
    const wrong = jaas.replace(PASSWORD, 'wrong')
    await assert.rejects(
      roundTrip(`127.0.0.1:${ports.sasl}`, {
        'security.protocol': 'SASL_PLAINTEXT',
        'sasl.mechanism': mechanism,
        'sasl.jaas.config': wrong,
      }),
      { code: 'KAFKA_AUTHENTICATION', message: new RegExp(`${ports.sasl}.*${mechanism}`) },
    )
  })
}

test('a login that ends is made again while records flow', async (t) => {
  const topic = unique('again')
  const producer = clients.producer(
    sourceProducer(`127.0.0.1:${ports.sasl}`, {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': logins[0]?.[1] ?? '',
    }),
  )
  t.after(() => producer.close(0))
  const values: string[] = []
  for (const end = Date.now() + 4000; Date.now() < end; ) {
    values.push(String(values.length))
    await produceAll(producer, topic, [{ value: values.at(-1) ?? '' }])
  }
  const records = await readAll(clients, kafka.bootstrap, topic, values.length)
  assert.deepEqual(
    records.map(({ value }) => value),
    values,
  )
})

test('a plain client at a TLS listener learns what is wrong', async () => {
  await assert.rejects(roundTrip(`127.0.0.1:${ports.tls}`, { 'max.block.ms': '3000' }), {
    code: 'KAFKA_TIMEOUT',
    message: /security\.protocol|closed the connection/,
  })
})
