import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { createWorkerClient } from '../../src/cluster/distributed/worker-client.ts'
import { startRestServer } from '../../src/rest/server.ts'
import { type Identity, makeIdentity } from '../helpers/certificates.ts'
import { silentLogger } from '../helpers/silent-logger.ts'
import { temporaryFolder } from '../helpers/worker.ts'
import { call, noSources, restConfig, startRest } from './fixture.ts'

const server = makeIdentity('server')
const client = makeIdentity('client')
const stranger = makeIdentity('stranger')
const trusting: TlsOptions = { ca: server.cert }
const anyPort = 'https://127.0.0.1:0'

const folder = temporaryFolder()
after(() => folder.remove())

function keys(prefix: string, { key, cert }: Identity): Record<string, string> {
  return {
    [`${prefix}ssl.keystore.type`]: 'PEM',
    [`${prefix}ssl.keystore.key`]: key,
    [`${prefix}ssl.keystore.certificate.chain`]: cert,
    [`${prefix}ssl.truststore.type`]: 'PEM',
    [`${prefix}ssl.truststore.certificates`]: client.cert,
  }
}

async function statusOf(url: string, tls: TlsOptions, path = '/health'): Promise<number> {
  const send = createWorkerClient(tls)
  const answer = await send(new URL(path, url), {
    method: 'GET',
    headers: { connection: 'close' },
    body: Buffer.alloc(0),
  })
  return answer.status
}

test('HTTPS and HTTP side by side; HTTP is advertised', async () => {
  const listeners = [anyPort, 'http://127.0.0.1:0']
  const rest = await startRest(
    { listeners },
    {
      props: keys('listeners.https.', server),
    },
  )
  const [secure = '', plain = ''] = rest.server.urls
  assert.equal(await statusOf(secure, trusting), 200)
  assert.equal((await call(plain, 'GET', '/health')).status, 200)
  assert.equal(rest.server.advertisedUrl, `${plain}/`)
  await assert.rejects(statusOf(secure, {}), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  await assert.rejects(statusOf(secure.replace('https', 'http'), {}), { code: 'ECONNRESET' })
  await rest.server.close()
})

test('a worker with HTTPS alone is advertised so, and reaches others by the same settings', async () => {
  const props = { ...keys('', server), 'ssl.truststore.certificates': server.cert }
  const rest = await startRest({ listeners: [anyPort] }, { props })
  assert.match(rest.server.advertisedUrl, /^https:\/\/127\.0\.0\.1:\d+\/$/)
  const { status } = await rest.server.sendToWorker(new URL('/health', rest.url), {
    method: 'GET',
    headers: { connection: 'close' },
    body: Buffer.alloc(0),
  })
  assert.equal(status, 200)
  await rest.server.close()
})

const cases: ReadonlyArray<[auth: string, shown: Identity | null, isServed: boolean]> = [
  ['required', client, true],
  ['required', null, false],
  ['required', stranger, false],
  ['requested', client, true],
  ['requested', null, true],
  ['requested', stranger, false],
  ['none', stranger, true],
]
for (const [auth, shown, isServed] of cases) {
  const who = shown === null ? 'nobody' : shown === client ? 'a known client' : 'a stranger'
  test(`ssl.client.auth=${auth}: ${who} is ${isServed ? 'served' : 'refused'}`, async () => {
    const settings = keys('listeners.https.', server)
    settings['listeners.https.ssl.client.auth'] = auth
    const rest = await startRest({ listeners: [anyPort] }, { props: settings })
    const answer = statusOf(rest.url, { ...trusting, ...shown })
    if (isServed) assert.equal(await answer, 200)
    else await assert.rejects(answer)
    await rest.server.close()
  })
}

test('admin listeners have settings of their own', async () => {
  const props = { ...keys('listeners.https.', stranger), ...keys('admin.listeners.https.', server) }
  const port = 'https://127.0.0.1:0'
  const rest = await startRest({ listeners: [port], 'admin.listeners': [port] }, { props })
  assert.equal(await statusOf(rest.url, { ca: stranger.cert }), 200)
  await assert.rejects(statusOf(rest.url, trusting))
  await rest.server.close()
})

test('one setting with the prefix, and those without it count no more', async () => {
  const props = { ...keys('', server), 'listeners.https.ssl.client.auth': 'none' }
  await assert.rejects(
    startRestServer({ ...restConfig, listeners: [anyPort] }, silentLogger, { ...noSources, props }),
    {
      code: 'CONFIG_INVALID',
      message:
        'Missing configuration listeners.https.ssl.keystore.location: an HTTPS listener needs a key and its certificate, as a PEM or PKCS12 file',
    },
  )
})

test('a key that can not be read is named', async () => {
  const file = join(folder.path, 'key.p12')
  writeFileSync(file, 'no key')
  const props = { 'ssl.keystore.location': file, 'ssl.keystore.type': 'PKCS12' }
  await assert.rejects(
    startRestServer({ ...restConfig, listeners: [anyPort] }, silentLogger, { ...noSources, props }),
    { code: 'CONFIG_INVALID', message: /^Invalid configuration listeners\.https\.ssl\.\*: / },
  )
})
