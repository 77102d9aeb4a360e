import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, request as requestHttp } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import { INT32_SCHEMA, STRING_SCHEMA } from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import { makeIdentity } from '../helpers/certificates.ts'
import { temporaryFolder } from '../helpers/worker.ts'
import { startAvro } from './avro-harness.ts'
import { createConverter } from './create.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

const credentials: ReadonlyArray<readonly [what: string, props: ConfigProps, expected: string]> = [
  [
    'USER_INFO',
    { 'basic.auth.credentials.source': 'USER_INFO', 'basic.auth.user.info': 'u:p' },
    basic('u:p'),
  ],
  ['user info alone', { 'basic.auth.user.info': 'u:p:q' }, basic('u:p:q')],
  ['the former name', { 'schema.registry.basic.auth.user.info': 'u:p' }, basic('u:p')],
  [
    'SASL_INHERIT',
    {
      'basic.auth.credentials.source': 'SASL_INHERIT',
      'sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";',
    },
    basic('u:p'),
  ],
  [
    'STATIC_TOKEN',
    { 'bearer.auth.credentials.source': 'STATIC_TOKEN', 'bearer.auth.token': 'abc' },
    'Bearer abc',
  ],
  ['a token alone', { 'bearer.auth.token': 'abc' }, 'Bearer abc'],
]

for (const [what, props, expected] of credentials) {
  test(`${what} tells who asks`, async (t) => {
    const avro = await startAvro(t, props)
    await avro.write(INT32_SCHEMA, 1)
    assert.equal(avro.registry.seen[0]?.headers.authorization, expected)
  })
}

test('user and password in the URL', async (t) => {
  const avro = await startAvro(t)
  const url = avro.registry.url.replace('//', '//us%40er:p%3Aw@')
  const other = await startAvro(t, { 'schema.registry.url': url })
  await other.write(INT32_SCHEMA, 1)
  assert.equal(avro.registry.seen[0]?.headers.authorization, basic('us@er:p:w'))
})

test('headers of the settings, and a user agent of none', async (t) => {
  const avro = await startAvro(t, {
    'request.header.X-Tenant': 'a',
    'bearer.auth.token': 't',
    'bearer.auth.logical.cluster': 'lsrc-1',
    'bearer.auth.identity.pool.id': 'pool-1',
  })
  await avro.write(INT32_SCHEMA, 1)
  const headers = avro.registry.seen[0]?.headers
  assert.equal(headers?.['x-tenant'], 'a')
  assert.equal(headers?.['target-sr-cluster'], 'lsrc-1')
  assert.equal(headers?.['confluent-identity-pool-id'], 'pool-1')
  assert.equal(headers?.['content-type'], 'application/vnd.schemaregistry.v1+json')
})

test('OAUTHBEARER gets a token by client credentials, once', async (t) => {
  const asked: string[] = []
  const issuer = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      asked.push(`${request.headers.authorization} ${body}`)
      response.end(JSON.stringify({ access_token: 'fresh', expires_in: 3600 }))
    })
  }).listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  t.after(() => issuer.close())
  const avro = await startAvro(t, {
    'bearer.auth.credentials.source': 'OAUTHBEARER',
    'bearer.auth.issuer.endpoint.url': `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`,
    'bearer.auth.client.id': 'id',
    'bearer.auth.client.secret': 'geheim',
    'bearer.auth.scope': 'schemas',
  })
  await avro.roundTrip(INT32_SCHEMA, 1)
  assert.deepEqual(asked, [`${basic('id:geheim')} grant_type=client_credentials&scope=schemas`])
  assert.deepEqual(
    avro.registry.seen.map(({ headers }) => headers.authorization),
    ['Bearer fresh', 'Bearer fresh', 'Bearer fresh'],
  )
})

test('a token that is refused is not asked for again', async (t) => {
  let asked = 0
  const issuer = createServer((_, response) => {
    asked++
    response.writeHead(401).end('{"error":"invalid_client"}')
  }).listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  t.after(() => issuer.close())
  const avro = await startAvro(t, {
    'bearer.auth.credentials.source': 'OAUTHBEARER',
    'bearer.auth.issuer.endpoint.url': `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`,
    'bearer.auth.client.id': 'id',
    'bearer.auth.client.secret': 'geheim',
  })
  await assert.rejects(avro.write(INT32_SCHEMA, 1), (error: Error) => {
    assert.match(
      error.message,
      /No token from http.*\/token .*status 401\. Check bearer.auth.client.id/,
    )
    assert.doesNotMatch(error.message, /geheim/)
    return error instanceof ConnectError && !error.retriable
  })
  assert.equal(asked, 1)
})

test('TLS trusts what the settings say, and nothing else', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const { key, cert } = makeIdentity('registry')
  const server = createSecureServer({ key, cert }, (_, response) => response.end('{"id":1}'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const store = join(folder.path, 'trust.pem')
  writeFileSync(store, cert)
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const props = { 'schema.registry.url': url, 'max.retries': '0' }
  const trusting = await startAvro(t, {
    ...props,
    'schema.registry.ssl.truststore.location': store,
    'schema.registry.ssl.truststore.type': 'PEM',
  })
  assert.ok(await trusting.write(INT32_SCHEMA, 1))
  const other = await startAvro(t, props)
  await assert.rejects(other.write(INT32_SCHEMA, 1), {
    code: 'DATA_INVALID',
    message: /self-signed certificate\. Check schema.registry.ssl.truststore.location/,
  })
})

test('a proxy passes TLS on', async (t) => {
  const { key, cert } = makeIdentity('registry')
  const server = createSecureServer({ key, cert }, (_, response) => response.end('{"id":1}'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const tunnels: string[] = []
  const proxy = createServer().listen(0, '127.0.0.1')
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '')
    const { port } = server.address() as AddressInfo
    const onward = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(onward).pipe(client)
    })
    onward.on('error', () => client.destroy())
    client.on('error', () => onward.destroy())
  })
  await once(proxy, 'listening')
  t.after(() => proxy.close())
  const { port } = server.address() as AddressInfo
  const avro = await startAvro(t, {
    'schema.registry.url': `https://127.0.0.1:${port}`,
    'schema.registry.ssl.truststore.certificates': cert,
    'schema.registry.ssl.truststore.type': 'PEM',
    'proxy.host': '127.0.0.1',
    'proxy.port': String((proxy.address() as AddressInfo).port),
    'max.retries': '0',
  })
  assert.ok(await avro.write(INT32_SCHEMA, 1))
  assert.deepEqual(tunnels, [`127.0.0.1:${port}`])
  avro.converter.close?.()
})

test('a proxy stands before the registry', async (t) => {
  const proxied: string[] = []
  const proxy = createServer((request, response) => {
    proxied.push(request.url ?? '')
    const { method = 'GET', headers } = request
    const onward = requestHttp(request.url ?? '', { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const avro = await startAvro(t, {
    'proxy.host': '127.0.0.1',
    'proxy.port': String((proxy.address() as AddressInfo).port),
  })
  await avro.write(INT32_SCHEMA, 1)
  assert.deepEqual(proxied, [`${avro.registry.url}/subjects/t-value/versions?normalize=false`])
})

const person = SchemaBuilder.struct().name('a.Person').field('name', STRING_SCHEMA).build()

const strategies: ReadonlyArray<readonly [strategy: string, subject: string]> = [
  ['TopicNameStrategy', 't-value'],
  ['RecordNameStrategy', 'a.Person'],
  ['io.confluent.kafka.serializers.subject.TopicRecordNameStrategy', 't-a.Person'],
]

for (const [strategy, subject] of strategies) {
  test(`${strategy} names the subject ${subject}`, async (t) => {
    const avro = await startAvro(t, { 'value.subject.name.strategy': strategy })
    const { schema } = await avro.roundTrip(person, new Struct(person).put('name', 'a'))
    assert.equal(avro.registry.texts(subject).length, 1)
    assert.equal(schema?.version, 1)
  })
}

test('a subject by records needs records', async (t) => {
  const avro = await startAvro(t, { 'value.subject.name.strategy': 'RecordNameStrategy' })
  await assert.rejects(
    avro.write(INT32_SCHEMA, 1),
    /In configuration value.subject.name.strategy = RecordNameStrategy, the message value must only be a record schema/,
  )
})

const refusedSettings: ReadonlyArray<readonly [props: ConfigProps, says: RegExp]> = [
  [
    { 'schema.registry.url': 'ftp://x' },
    /Invalid value ftp:\/\/x for configuration schema.registry.url/,
  ],
  [{ 'schema.registry.url': 'mock://u:s@/secret@scope' }, /Invalid value mock:\/\/scope/],
  [{ 'schema.registry.url': '' }, /Missing required configuration "schema.registry.url"/],
  [
    { 'basic.auth.credentials.source': 'URL', 'basic.auth.user.info': 'u:p' },
    /set it to USER_INFO/,
  ],
  [{ 'basic.auth.credentials.source': 'MAGIC' }, /must be one of URL, USER_INFO, SASL_INHERIT/],
  [{ 'basic.auth.credentials.source': 'USER_INFO' }, /must be user:password/],
  [{ 'basic.auth.credentials.source': 'SASL_INHERIT' }, /sasl.jaas.config/],
  [{ 'bearer.auth.credentials.source': 'CUSTOM' }, /one of STATIC_TOKEN, OAUTHBEARER/],
  [{ 'bearer.auth.credentials.source': 'STATIC_TOKEN' }, /"bearer.auth.token"/],
  [
    {
      'bearer.auth.credentials.source': 'OAUTHBEARER',
      'bearer.auth.issuer.endpoint.url': 'x',
    },
    /bearer.auth.issuer.endpoint.url: must be a URL/,
  ],
  [{ 'bearer.auth.token': 'a', 'basic.auth.credentials.source': 'URL' }, /Only one of/],
  [{ 'value.subject.name.strategy': 'com.acme.Own' }, /must be one of TopicNameStrategy/],
  [
    { 'use.latest.with.metadata': 'a=b' },
    /use.latest.with.metadata: not supported: use use.latest.version/,
  ],
  [{ 'rule.executors': 'checksum' }, /data contracts/],
  [{ 'specific.avro.reader': 'true' }, /no classes of Java/],
  [{ 'schema.registry.ssl.truststore.location': '/nowhere/x.p12' }, /ssl.truststore.location/],
]

for (const [props, says] of refusedSettings) {
  test(`refused: ${JSON.stringify(props)}`, () => {
    assert.throws(
      () => createConverter('AvroConverter', { 'schema.registry.url': 'http://unused', ...props }),
      (error: Error) => {
        assert.match(error.message, says)
        assert.doesNotMatch(error.message, /secret/)
        return error instanceof ConnectError && error.code === 'CONFIG_INVALID'
      },
    )
  })
}

test('settings that say what is so anyway are fine', () => {
  createConverter('AvroConverter', {
    'schema.registry.url': 'http://unused',
    'rule.executors': '',
    'specific.avro.reader': 'FALSE',
    'propagate.schema.tags': 'false',
    'value.subject.name.strategy': 'io.confluent.kafka.serializers.subject.TopicNameStrategy',
  }).close?.()
})
