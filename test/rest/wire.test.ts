import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { source } from '../cluster/fixture.ts'
import { type Call, startRest } from './fixture.ts'

let rest: Awaited<ReturnType<typeof startRest>>
before(async () => {
  rest = await startRest()
})
after(() => rest.server.close())

const refusal = (status: number, reason: string) => ({
  error_code: status,
  message: `HTTP ${status} ${reason}`,
})
const notFound = refusal(404, 'Not Found')
const notAllowed = refusal(405, 'Method Not Allowed')
const notAcceptable = refusal(406, 'Not Acceptable')
const unsupported = refusal(415, 'Unsupported Media Type')

// Refusals before a resource is reached have no Content-Type.
const refused: ReadonlyArray<[method: string, path: string, options: Call, body: object]> = [
  ['GET', '/nosuch', {}, notFound],
  ['GET', '/Connectors', {}, notFound],
  ['GET', '/openapi.json', {}, notFound],
  ['GET', '/admin', {}, notFound],
  ['GET', '/connectors/a/tasks-config', {}, notFound],
  ['PUT', '/connectors', { body: {} }, notAllowed],
  ['TRACE', '/connectors', {}, notAllowed],
  ['PROPFIND', '/connectors', {}, notAllowed],
  ['DELETE', '/health', {}, notAllowed],
  ['GET', '/connectors/a/pause', {}, notAllowed],
  ['GET', '/connectors', { headers: { accept: 'text/html' } }, notAcceptable],
  ['GET', '/', { headers: { accept: 'application/vnd.api+json' } }, notAcceptable],
  ['GET', '/nosuch', { headers: { accept: 'text/html' } }, notFound],
  ['GET', '/connectors', { headers: { 'content-type': 'text/plain' } }, unsupported],
  ['PUT', '/connectors/a/pause', { headers: { 'content-type': 'text/plain' } }, unsupported],
  [
    'POST',
    '/connectors',
    { body: {}, headers: { 'content-type': 'application/vnd.x+json' } },
    unsupported,
  ],
]
for (const [method, path, options, body] of refused) {
  test(`${method} ${path} ${JSON.stringify(options)} is refused without Content-Type`, async () => {
    const reply = await rest.call(method, path, options)
    assert.deepEqual(reply.body, body)
    assert.equal(reply.status, (body as typeof notFound).error_code)
    assert.equal(reply.headers['content-type'], undefined)
  })
}

const accepted: ReadonlyArray<[path: string, headers: Record<string, string>]> = [
  ['/connectors', { accept: '*/*' }],
  ['/connectors', { accept: 'text/html, application/*;q=0.1' }],
  ['/connectors', { accept: 'application/json;q=0' }],
  ['/connectors', { 'content-type': 'Application/JSON; charset=UTF-8' }],
  ['/connectors/', {}],
  ['/connectors?x=1', {}],
  ['/connectors;a=b', {}],
]
for (const [path, headers] of accepted) {
  test(`GET ${path} ${JSON.stringify(headers)} is answered`, async () => {
    const reply = await rest.call('GET', path, { headers })
    assert.deepEqual([reply.status, reply.body], [200, []])
    assert.equal(reply.headers['content-type'], 'application/json')
  })
}

test('a body without Content-Type is refused where it is read, and ignored elsewhere', async () => {
  const { port } = new URL(rest.url)
  const send = async (line: string) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`)
    return text(socket)
  }
  assert.match(await send('POST /connectors'), /^HTTP\/1\.1 415 .*application\/json/s)
  assert.match(await send('PUT /connectors/a/pause'), /^HTTP\/1\.1 404 .*Unknown connector a"/s)
})

for (const path of ['//connectors', '/connectors/a%2Fb', '/connectors/a%5Cb', '/connectors/%zz']) {
  test(`${path} is ambiguous`, async () => {
    const reply = await rest.call('GET', path)
    assert.equal(reply.status, 400)
    assert.match(String(reply.headers['content-type']), /^text\/html/)
  })
}

test('a request line or a header beyond 8 KiB is refused', async () => {
  const long = 'x'.repeat(9000)
  assert.equal((await rest.call('GET', `/connectors?${long}`)).status, 414)
  assert.equal((await rest.call('GET', '/connectors', { headers: { long } })).status, 431)
})

const allow: ReadonlyArray<[path: string, methods: string]> = [
  ['/', 'HEAD, GET, OPTIONS'],
  ['/connectors', 'HEAD, POST, GET, OPTIONS'],
  ['/connectors/a', 'HEAD, DELETE, GET, OPTIONS'],
  ['/connectors/a/config', 'HEAD, GET, OPTIONS, PUT, PATCH'],
]
for (const [path, methods] of allow) {
  test(`OPTIONS ${path}`, async () => {
    const reply = await rest.call('OPTIONS', path)
    assert.deepEqual([reply.status, reply.body], [200, methods])
    assert.equal(reply.headers['content-type'], 'text/plain')
    assert.equal(reply.headers['allow'], methods.replaceAll(' ', ''))
  })
}

test('HEAD is answered wherever GET is', async () => {
  const reply = await rest.call('HEAD', '/connectors')
  assert.deepEqual([reply.status, reply.body], [200, null])
  assert.equal(reply.headers['content-length'], '2')
})

const malformed: ReadonlyArray<[body: string, message: RegExp]> = [
  ['{"secret', /^The request body is not valid JSON at position 8 \(line 1 column 9\)$/],
  ['secret', /^The request body is not valid JSON$/],
  ['[]', /^The request body is not an object$/],
  ['null', /^The request body is not an object$/],
  ['{"name":"a"}', /^"config" is not an object with text values$/],
  ['{"name":"a","config":[]}', /^"config" is not an object with text values$/],
  ['{"name":"a","config":{"k":{}}}', /^"k" is not a text$/],
  ['{"name":{},"config":{}}', /^"name" is not a text$/],
  ['{"bogus":1,"config":{}}', /^Unrecognized field "bogus" \(known properties: "name", /],
  ['{"config":{},"initial_state":17}', /^"initial_state" is not one of RUNNING, PAUSED, STOPPED$/],
]
for (const [body, message] of malformed) {
  test(`POST /connectors ${body} is a 500 that does not quote the body`, async () => {
    const reply = await rest.call('POST', '/connectors', { body })
    assert.equal(reply.status, 500)
    const answer = reply.body as { error_code: number; message: string }
    assert.equal(answer.error_code, 500)
    assert.match(answer.message, message)
  })
}

test('numbers and booleans in a configuration become texts as written; the last key wins', async () => {
  const body =
    '{"name":"  n  ","initial_state":"stopped","config":{"connector.class":"LinesSource","topic":"x","topic":1.50,"big":9007199254740993,"exp":1e3,"on":true,"__proto__":"p"}}'
  const reply = await rest.call('POST', '/connectors', { body })
  assert.equal(reply.status, 201)
  assert.equal(reply.headers['location'], `${rest.url}/connectors/n`)
  const { config } = reply.body as { config: Record<string, string> }
  assert.deepEqual(Object.entries(config), [
    ['connector.class', 'LinesSource'],
    ['topic', '1.50'],
    ['big', '9007199254740993'],
    ['exp', '1e3'],
    ['on', 'true'],
    ['__proto__', 'p'],
    ['name', 'n'],
  ])
})

test('a body of 3 MB is accepted, chunked as well', async () => {
  const config = { ...source, pad: 'x'.repeat(3_000_000) }
  const body = { name: 'big', initial_state: 'STOPPED', config }
  const headers = { 'transfer-encoding': 'chunked' }
  assert.equal((await rest.call('POST', '/connectors', { body, headers })).status, 201)
})

const names: ReadonlyArray<[name: string, location: string]> = [
  ['with space', 'with%20space'],
  ['é-漢字', '%C3%A9-%E6%BC%A2%E5%AD%97'],
  ["a.b_c-d:e@f!$&'()*,=~", "a.b_c-d:e@f!$&'()*,=~"],
  ['🚀', '%F0%9F%9A%80'],
  ['a/b', 'a/b'],
  ['what?#', 'what%3F%23'],
]
for (const [name, location] of names) {
  test(`a connector may be called ${name}`, async () => {
    const body = { name, initial_state: 'STOPPED', config: source }
    const reply = await rest.call('POST', '/connectors', { body })
    assert.equal(reply.headers['location'], `${rest.url}/connectors/${location}`)
    if (name.includes('/')) return
    const path = `/connectors/${encodeURIComponent(name)}`
    assert.equal((await rest.call('GET', path)).status, 200)
    assert.equal((await rest.call('DELETE', path)).status, 204)
  })
}
