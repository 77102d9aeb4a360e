import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advertised, parseListener, urlOf } from '../../src/rest/listeners.ts'
import { startRestServer } from '../../src/rest/server.ts'
import { startHerder } from '../cluster/fixture.ts'
import { freePort } from '../helpers/apache-kafka.ts'
import { silentLogger } from '../helpers/silent-logger.ts'
import { call, noSources, restConfig, startRest } from './fixture.ts'

const listeners: ReadonlyArray<[url: string, host: string, port: number]> = [
  ['http://:8083', '', 8083],
  ['HTTP://localhost:0', 'localhost', 0],
  ['http://[::1]:80', '::1', 80],
]
for (const [url, host, port] of listeners) {
  test(`listener ${url}`, () => {
    const listener = parseListener(url)
    assert.deepEqual(listener, { protocol: 'http', host, port })
    assert.equal(urlOf(listener), url.replace('HTTP', 'http'))
  })
}

const refused: ReadonlyArray<[url: string, message: RegExp]> = [
  ['localhost:8083', /^Listener doesn't have the right format \(protocol:\/\/hostname:port\)\.$/],
  ['ftp://:1', /^Listener protocol must be either "http" or "https"\.$/],
]
for (const [url, message] of refused) {
  test(`listener ${url} is refused`, () => {
    assert.throws(() => parseListener(url), { code: 'CONFIG_INVALID', message })
  })
}

test('the advertised address is that of the listener unless set', () => {
  const bound = [
    { protocol: 'https', host: 's', port: 443 },
    { protocol: 'http', host: 'h', port: 80 },
  ] as const
  const unset = { host: null, port: null, protocol: null }
  assert.deepEqual(advertised(bound, unset), { address: 'h:80', url: 'http://h:80/' })
  assert.equal(advertised(bound, { ...unset, host: '::1', port: 9 }).url, 'http://[::1]:9/')
  assert.equal(advertised(bound, { ...unset, protocol: 'HTTPS' }).url, 'https://s:443/')
  assert.equal(advertised(bound.slice(0, 1), unset).url, 'https://s:443/')
})

test('a connection stays open for longer than other workers leave one unused', async () => {
  const rest = await startRest()
  const { headers } = await fetch(rest.url)
  assert.equal(headers.get('keep-alive'), 'timeout=90')
  await rest.server.close()
})

test('a port that is taken is named', async () => {
  const rest = await startRest()
  await assert.rejects(
    startRestServer({ ...restConfig, listeners: [rest.url] }, silentLogger, noSources),
    {
      message: `REST can't listen on ${rest.url}: another program listens there; stop it or change listeners`,
    },
  )
  await rest.server.close()
})

test('every listener answers; requests that come early wait', async () => {
  const config = { ...restConfig, listeners: ['http://127.0.0.1:0', 'http://localhost:0'] }
  const server = await startRestServer(config, silentLogger, noSources)
  const early = Promise.all(server.urls.map((url) => call(url, 'GET', '/')))
  const { herder } = startHerder()
  server.serve({
    herder,
    plugins: { list: () => [], entries: () => [], find: () => Promise.reject(new Error('none')) },
    loggers: { list: () => new Map(), get: () => null, setLevel: () => [] },
    version: '0.1.0',
    metrics: async () => [],
    commit: 'abc',
    kafkaClusterId: 'cluster',
    tracksTopics: false,
    allowsTopicReset: true,
  })
  for (const reply of await early) {
    assert.deepEqual(reply.body, { version: '0.1.0', commit: 'abc', kafka_cluster_id: 'cluster' })
  }
  const topics = await call(server.urls[0] ?? '', 'GET', '/connectors/a/topics')
  assert.deepEqual(topics.body, { error_code: 403, message: 'Topic tracking is disabled.' })
  await server.close()
})

test('admin listeners serve loggers, and only they do', async () => {
  const rest = await startRest({ 'admin.listeners': ['http://127.0.0.1:0'] })
  assert.equal((await rest.call('GET', '/admin/loggers')).status, 404)
  assert.equal((await rest.call('GET', '/health')).status, 200)
  await rest.server.close()
  const none = await startRest({ 'admin.listeners': [] })
  assert.equal((await none.call('GET', '/admin/loggers')).status, 404)
  await none.server.close()
})

test('headers from the settings are on every answer', async () => {
  const rules = 'set X-A: 1, add X-A: 2, "set Cache-Control: no-cache, no-store", setDate X-D: 1000'
  const rest = await startRest({ 'response.http.headers.config': rules })
  for (const path of ['/connectors', '/nosuch']) {
    const { headers } = await rest.call('GET', path)
    assert.equal(headers['x-a'], '1, 2')
    assert.equal(headers['cache-control'], 'no-cache, no-store')
    assert.ok(Number.isFinite(Date.parse(String(headers['x-d']))))
  }
  await rest.server.close()
})

test('admin listeners have neither headers of the settings, nor pages of other origins', async () => {
  const admin = `http://127.0.0.1:${await freePort()}`
  const rest = await startRest({
    'admin.listeners': [admin],
    'response.http.headers.config': 'set X-A: 1',
    'access.control.allow.origin': '*',
  })
  const headers = { origin: 'https://ui.acme.org', 'access-control-request-method': 'PUT' }
  for (const method of ['GET', 'OPTIONS']) {
    const reply = await call(admin, method, '/admin/loggers', { headers })
    assert.equal(reply.status, 200)
    assert.equal(reply.headers['x-a'], undefined)
    assert.equal(reply.headers['access-control-allow-origin'], undefined)
  }
  await rest.server.close()
})

test('pages of allowed origins may call', async () => {
  const rest = await startRest({ 'access.control.allow.origin': 'https://.*\\.acme\\.org' })
  const from = (origin: string, method = 'GET', more = {}) =>
    rest.call(method, '/connectors', { headers: { origin, ...more } })
  const allowed = await from('https://ui.acme.org')
  assert.equal(allowed.headers['access-control-allow-origin'], 'https://ui.acme.org')
  assert.equal(allowed.headers['vary'], 'Origin')
  const other = await from('https://acme.org.evil')
  assert.equal(other.headers['access-control-allow-origin'], undefined)
  assert.equal(other.headers['vary'], 'Origin')
  const preflight = await from('https://ui.acme.org', 'OPTIONS', {
    'access-control-request-method': 'GET',
  })
  assert.equal(preflight.headers['access-control-allow-methods'], 'GET,POST,HEAD')
  assert.equal(preflight.headers['access-control-max-age'], '60')
  await rest.server.close()
})
