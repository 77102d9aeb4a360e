import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Admin } from '@platformatic/kafka'
import { Kafka, logLevel, type SASLOptions } from 'kafkajs'
import { type RunningBroker, startBroker } from '../../../src/broker/index.ts'
import type { ClientProps } from '../../../src/kafka/client.ts'
import { encodeRequest } from '../../../src/protocol/frame.ts'
import { metadataRequest } from '../../../src/protocol/messages/metadata.ts'
import { makeIdentity } from '../../helpers/certificates.ts'
import { countedLogins } from '../../helpers/counted-logins.ts'
import {
  clientsOf,
  type LogLines,
  logLines,
  produceAll,
  readAll,
  sourceProducer,
} from '../../kafka/conformance/support.ts'

const password = 'pass, =word'
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
const clients = clientsOf()
const server = makeIdentity('broker')
const tlsProps = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': server.cert }
let log: LogLines
let plain: RunningBroker
let secured: RunningBroker

before(async () => {
  log = logLines()
  const sasl = { users: { alice: password, 'b=o,b': 'second' } }
  plain = await startBroker({ sasl, logger: log.logger })
  secured = await startBroker({ sasl, tls: server, logger: log.logger })
})
after(async () => {
  await Promise.all([plain.stop(), secured.stop()])
  assert.deepEqual(
    log.lines.filter((line) => line.includes(password)),
    [],
  )
})

function login(mechanism: string, user: string, secret: string): ClientProps {
  const [folder, module] = mechanism === 'PLAIN' ? ['plain', 'Plain'] : ['scram', 'Scram']
  return {
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': `org.apache.kafka.common.security.${folder}.${module}LoginModule required username="${user}" password="${secret}";`,
  }
}

async function roundTrip(broker: RunningBroker, props: ClientProps): Promise<void> {
  const secure = { 'security.protocol': broker.securityProtocol, ...props }
  const producer = clients.producer(
    sourceProducer(broker.bootstrap, { 'max.block.ms': '60000', ...secure }),
  )
  try {
    const topic = `lines-${Math.random()}`
    await produceAll(producer, topic, [{ value: 'x'.repeat(700_000) }, { value: 'last' }])
    const records = await readAll(clients, broker.bootstrap, topic, 2, secure)
    assert.deepEqual(
      records.map(({ value }) => value?.length),
      [700_000, 4],
    )
  } finally {
    await producer.close(0)
  }
}

for (const mechanism of mechanisms) {
  test(`${mechanism}: the right password opens, with and without TLS`, async () => {
    await roundTrip(plain, login(mechanism, 'alice', password))
    await roundTrip(plain, login(mechanism, 'b=o,b', 'second'))
    await roundTrip(secured, { ...tlsProps, ...login(mechanism, 'alice', password) })
  })

  for (const [what, user, secret] of [
    ['a wrong password', 'alice', 'wrong'],
    ["another user's password", 'alice', 'second'],
    ['an unknown user', '__proto__', password],
  ] as const) {
    test(`${mechanism}: ${what} is refused with a reason`, () =>
      assert.rejects(roundTrip(plain, login(mechanism, user, secret)), {
        code: 'KAFKA_AUTHENTICATION',
        message: /Authentication failed: invalid user name or password/,
      }))
  }
}

for (const mechanism of mechanisms) {
  test(`${mechanism}: metrics count each connection that was logged in, or refused`, async () => {
    const counts = (secret: string) =>
      countedLogins(plain.bootstrap, {
        'security.protocol': plain.securityProtocol,
        ...login(mechanism, 'alice', secret),
      })
    const { connections, ...right } = await counts(password)
    assert.deepEqual(right, { succeeded: connections, failed: 0 })
    assert.deepEqual(await counts('wrong'), { connections: 1, succeeded: 0, failed: 1 })
  })
}

test('a mechanism that is not offered is refused with those that are', () =>
  assert.rejects(
    roundTrip(plain, {
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config':
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="alice";',
    }),
    { code: 'KAFKA_AUTHENTICATION', message: /PLAIN, SCRAM-SHA-256, SCRAM-SHA-512/ },
  ))

test('a client that asks for something before its login is disconnected', async () => {
  const socket = connect(plain.port, '127.0.0.1')
  const header = { apiVersion: 9, correlationId: 1, clientId: null }
  socket.write(Buffer.concat(encodeRequest(metadataRequest, header, { topics: null })))
  let received = 0
  socket.on('data', ({ length }) => {
    received += length
  })
  await once(socket, 'close')
  assert.equal(received, 0)
})

test('a client that has not logged in may not send large requests', async () => {
  const socket = connect(plain.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(Buffer.from([0, 0x10, 0, 0]))
  await once(socket.resume(), 'close')
})

for (const mechanism of mechanisms) {
  test(`kafkajs logs in with ${mechanism}, and is refused with a wrong password`, async () => {
    const open = async (secret: string) => {
      const sasl = { mechanism: mechanism.toLowerCase(), username: 'alice', password: secret }
      const admin = new Kafka({
        brokers: [secured.bootstrap],
        logLevel: logLevel.NOTHING,
        connectionTimeout: 30_000,
        retry: { retries: 0 },
        ssl: { ca: [server.cert] },
        sasl: sasl as SASLOptions,
      }).admin()
      try {
        await admin.connect()
        return await admin.listTopics()
      } finally {
        await admin.disconnect()
      }
    }
    assert.ok(Array.isArray(await open(password)))
    await assert.rejects(open('wrong'), {
      name: 'KafkaJSSASLAuthenticationError',
    })
  })

  test(`@platformatic/kafka logs in with ${mechanism}, and is refused`, async () => {
    const open = async (secret: string) => {
      const admin = new Admin({
        clientId: 'test',
        bootstrapBrokers: [secured.bootstrap],
        retries: false,
        tls: { ca: server.cert },
        sasl: { mechanism, username: 'alice', password: secret },
      })
      try {
        return await admin.listTopics()
      } finally {
        await admin.close()
      }
    }
    assert.ok(Array.isArray(await open(password)))
    await assert.rejects(open('wrong'))
  })
}
