import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { pkcs12Certificates } from '../../src/base/pkcs12.ts'
import { parseJaas } from '../../src/config/jaas.ts'
import { readAdminConfig } from '../../src/kafka/connection-config.ts'
import { readOauthToken } from '../../src/kafka/oauth-token.ts'
import { scram } from '../../src/kafka/sasl.ts'
import { readSecurity } from '../../src/kafka/security.ts'
import { temporaryFolder } from '../helpers/worker.ts'

test('a login module and its options are read with quotes, escapes and signs in them', () => {
  assert.deepEqual(
    parseJaas(
      String.raw`org.apache.kafka.common.security.plain.PlainLoginModule required
        username="a \"b\"" password='p;=' serviceName=kafka ;`.replaceAll("'", '"'),
    ),
    {
      module: 'PlainLoginModule',
      options: { username: 'a "b"', password: 'p;=', serviceName: 'kafka' },
    },
  )
})

test('options may have single quotes, as in the pages of cloud providers', () => {
  const { options } = parseJaas(`x.PlainLoginModule required username='a"b;' password="it's";`)
  assert.deepEqual(options, { username: 'a"b;', password: "it's" })
})

for (const text of [
  '',
  'PlainLoginModule',
  'PlainLoginModule username="secret";',
  'PlainLoginModule required username="secret"',
  'PlainLoginModule required username="secret;',
  'PlainLoginModule required username=\'secret";',
  'PlainLoginModule required username= ;',
]) {
  test(`a malformed login says how it has to look and keeps its secret: ${text}`, () => {
    assert.throws(
      () => parseJaas(text),
      ({ code, message }) =>
        code === 'CONFIG_INVALID' &&
        message.includes('sasl.jaas.config') &&
        !message.includes('secret'),
    )
  })
}

const login = (mechanism: string, jaas: string | null) => () =>
  readSecurity(
    readAdminConfig({
      'bootstrap.servers': 'a:1',
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': mechanism,
      ...(jaas === null ? {} : { 'sasl.jaas.config': jaas }),
    }),
  )

test('the credentials of OAUTHBEARER may have settings of their own', () => {
  const read = (secret: Readonly<Record<string, string>>) =>
    readSecurity(
      readAdminConfig({
        'bootstrap.servers': 'a:1',
        'security.protocol': 'SASL_SSL',
        'sasl.mechanism': 'OAUTHBEARER',
        'sasl.jaas.config': 'x.OAuthBearerLoginModule required;',
        'sasl.oauthbearer.token.endpoint.url': 'http://localhost:1/token',
        'sasl.oauthbearer.client.credentials.client.id': 'id',
        ...secret,
      }),
    )
  read({ 'sasl.oauthbearer.client.credentials.client.secret': 'secret' })
  assert.throws(() => read({}), { message: /OAUTHBEARER needs clientId and clientSecret/ })
})

test('a login that cannot work is refused when the client is made', () => {
  assert.throws(login('PLAIN', null), { message: /Missing configuration sasl\.jaas\.config/ })
  assert.throws(login('PLAIN', 'x.ScramLoginModule required;'), {
    message: /PLAIN needs PlainLoginModule, not ScramLoginModule/,
  })
  assert.throws(login('GSSAPI', 'x.Krb5LoginModule required;'), {
    message: /GSSAPI for configuration sasl\.mechanism: must be one of: PLAIN, SCRAM/,
  })
})

test('a key that cannot be used is refused when the client is made, and not shown', () => {
  const props = {
    'bootstrap.servers': 'a:1',
    'security.protocol': 'SSL',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.key': 'secret',
    'ssl.keystore.certificate.chain': 'secret',
  }
  assert.throws(
    () => readSecurity(readAdminConfig(props)),
    ({ code, message }) =>
      code === 'CONFIG_INVALID' &&
      message.startsWith('Invalid configuration ssl.*: ') &&
      !message.includes('secret'),
  )
})

test('SCRAM-SHA-256 speaks as in the example of RFC 7677', async () => {
  const messages: string[] = []
  const answers = [
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  ]
  const talk = (replies: readonly string[]) => {
    const left = [...replies]
    return async (message: Buffer) => {
      messages.push(message.toString())
      return Buffer.from(left.shift() ?? '')
    }
  }
  const mechanism = scram('sha256', 'user', 'pencil', 'rOprNGfwEbeRWgbNEkqO')
  await mechanism.run(talk(answers))
  assert.deepEqual(messages, [
    'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  ])
  const impostor = [...answers.slice(0, 1), 'v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=']
  await assert.rejects(mechanism.run(talk(impostor)), { code: 'KAFKA_AUTHENTICATION' })
})

test('a token comes from the endpoint, by the credentials of the client', async (t) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    request.on('data', (body) => asked.push(`${request.headers.authorization} ${body}`))
    request.on('end', () => response.end('{"access_token":"the-token"}'))
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const url = `http://127.0.0.1:${address.port}/token`
  const options = { clientId: 'id', clientSecret: 'secret', scope: 'kafka' }
  assert.equal(await readOauthToken(options, url)(), 'the-token')
  const basic = Buffer.from('id:secret').toString('base64')
  assert.deepEqual(asked, [`Basic ${basic} grant_type=client_credentials&scope=kafka`])
  assert.throws(() => readOauthToken({}, url), { code: 'CONFIG_INVALID' })
})

test('a store that is missing, empty or no store names its file', (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const file = join(folder.path, 'trust.p12')
  const read = () =>
    readSecurity(
      readAdminConfig({
        'bootstrap.servers': 'a:1',
        'security.protocol': 'SSL',
        'ssl.truststore.location': file,
      }),
    )
  assert.throws(read, { code: 'CONFIG_INVALID', message: /trust\.p12.*ssl\.truststore\.location/ })
  for (const content of ['', 'no store at all', '\x30\x03\x02\x01\x03']) {
    writeFileSync(file, content)
    assert.throws(read, { code: 'CONFIG_INVALID', message: /trust\.p12 cannot be read as PKCS12/ })
  }
  assert.throws(() => pkcs12Certificates(Buffer.from([0x30, 0x84]), '', 'x'), {
    code: 'CONFIG_INVALID',
  })
})

test('PEM in one line of a properties file gets its line ends back', () => {
  const { tls } = readSecurity(
    readAdminConfig({
      'bootstrap.servers': 'a:1',
      'security.protocol': 'SSL',
      'ssl.truststore.certificates': '-----BEGIN CERTIFICATE----- AB CD -----END CERTIFICATE-----',
      'ssl.endpoint.identification.algorithm': '',
      'ssl.cipher.suites': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256',
    }),
  )
  assert.equal(tls?.ca, '-----BEGIN CERTIFICATE-----\nAB CD\n-----END CERTIFICATE-----')
  assert.equal(tls?.ciphers, 'ECDHE-RSA-AES256-GCM-SHA384:TLS_AES_128_GCM_SHA256')
  assert.equal(tls?.checkServerIdentity?.('host', {} as never), undefined)
})
