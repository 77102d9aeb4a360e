import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { Headers } from '../../src/data/headers.ts'
import { BYTES_SCHEMA, INT32_SCHEMA, STRING_SCHEMA } from '../../src/data/schemas.ts'
import { AvroHarness, startAvro } from './avro-harness.ts'

function reply(response: ServerResponse, status: number, body: string, headers = {}): true {
  response.writeHead(status, headers)
  response.end(body)
  return true
}

const problem = (code: number, message: string) => JSON.stringify({ error_code: code, message })

interface Case {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  readonly retriable: boolean
  readonly says: readonly RegExp[]
}

const cases: readonly Case[] = [
  {
    status: 401,
    body: problem(401, 'Unauthorized'),
    retriable: false,
    says: [/status 401, error code 401, Unauthorized/, /basic.auth.user.info/],
  },
  {
    status: 403,
    body: '',
    retriable: false,
    says: [/status 403\./, /auto.register.schemas=false/],
  },
  {
    status: 404,
    body: '<html>Not Found</html>',
    retriable: false,
    says: [/status 404, <html>Not Found<\/html>/, /Check schema.registry.url, with its path/],
  },
  {
    status: 404,
    body: problem(40401, "Subject 't-value' not found."),
    retriable: false,
    says: [/error code 40401, Subject 't-value' not found\./],
  },
  {
    status: 409,
    body: problem(409, 'Schema being registered is incompatible with an earlier schema'),
    retriable: false,
    says: [/incompatible with an earlier schema\. Change the schema/],
  },
  {
    status: 422,
    body: problem(42201, 'Invalid schema'),
    retriable: false,
    says: [/error code 42201, Invalid schema/, /scrub.invalid.names/],
  },
  {
    status: 500,
    body: JSON.stringify({ error_code: 'x', message: { a: 1 } }),
    retriable: true,
    says: [/status 500, \{"error_code":"x","message":\{"a":1\}\}\. See the registry's log/],
  },
  { status: 429, body: '', retriable: true, says: [/fewer requests/] },
  {
    status: 500,
    body: problem(50001, 'Error in the backend data store'),
    retriable: true,
    says: [/status 500, error code 50001/, /registry's log/],
  },
  { status: 503, body: 'x'.repeat(5000), retriable: true, says: [/status 503, x{500}\.\.\./] },
  {
    status: 302,
    body: '',
    headers: { location: 'https://user:secret@other/subjects' },
    retriable: false,
    says: [/Redirects are not followed.*\(https:\/\/other\/subjects\)/],
  },
  { status: 200, body: 'garbage', retriable: false, says: [/not one of a schema registry/] },
  { status: 200, body: '{}', retriable: false, says: [/it has no id/] },
  { status: 200, body: '[1', retriable: false, says: [/not one of a schema registry/] },
]

for (const { status, body, headers, retriable, says } of cases) {
  test(`a registry that answers ${status} ${body.slice(0, 30)}`, async (t) => {
    const avro = await startAvro(t, { 'max.retries': '0' })
    avro.registry.script = (_, response) => reply(response, status, body, headers)
    const error = await avro.write(INT32_SCHEMA, 1).then(
      () => null,
      (raised: unknown) => raised,
    )
    assert.ok(error instanceof ConnectError)
    assert.equal(error.retriable, retriable)
    assert.match(
      error.message,
      /^Failed to serialize Avro data from topic t: The schema registry at http:\/\/127.0.0.1:\d+ did not register the schema of subject t-value: /,
    )
    for (const part of says) assert.match(error.message, part)
    assert.doesNotMatch(error.message, /secret/)
  })
}

test('a huge answer is not read to its end', async (t) => {
  const avro = await startAvro(t, { 'max.retries': '0' })
  avro.registry.script = (_, response) => {
    response.writeHead(200)
    const chunk = 'x'.repeat(1024 * 1024)
    const send = () => {
      if (!response.destroyed) response.write(chunk, send)
    }
    send()
    return true
  }
  await assert.rejects(avro.write(INT32_SCHEMA, 1), /an answer of more than 16777216 bytes/)
})

test('a registry that never answers', async (t) => {
  const avro = await startAvro(t, { 'max.retries': '0', 'http.read.timeout.ms': '50' })
  avro.registry.script = () => true
  await assert.rejects(avro.write(INT32_SCHEMA, 1), {
    code: 'RETRIABLE',
    message: /no answer within 50 ms\. Check that it runs/,
  })
})

test('a registry that begins an answer and never ends it', async (t) => {
  const avro = await startAvro(t, { 'max.retries': '0', 'http.read.timeout.ms': '50' })
  avro.registry.script = (_, response) => {
    response.writeHead(200)
    return response.write('{"id":')
  }
  await assert.rejects(avro.write(INT32_SCHEMA, 1), /no answer within 50 ms/)
})

test('a registry that is not there', async (t) => {
  const avro = await startAvro(t, {
    'schema.registry.url': 'http://u:secret@127.0.0.1:1/x/',
    'max.retries': '0',
  })
  await assert.rejects(avro.write(INT32_SCHEMA, 1), (error: Error) => {
    assert.match(error.message, /at http:\/\/127.0.0.1:1\/x did not .*ECONNREFUSED.*proxy.port/)
    assert.doesNotMatch(error.message, /secret/)
    return error instanceof ConnectError && error.retriable
  })
})

test('a registry without TLS at an address with https says so', async (t) => {
  const avro = await startAvro(t, { 'max.retries': '0' })
  const url = avro.registry.url.replace('http:', 'https:')
  const secure = new AvroHarness(avro.registry, { 'schema.registry.url': url, 'max.retries': '0' })
  await assert.rejects(
    secure.write(INT32_SCHEMA, 1),
    /wrong version number.*It does not speak TLS there: set schema.registry.url to an address with http:/,
  )
})

test('what fails for the moment is asked again; then the answer is kept', async (t) => {
  const avro = await startAvro(t, { 'max.retries': '3' })
  let failures = 3
  avro.registry.script = (_, response) => failures-- > 0 && reply(response, 503, '')
  assert.ok(await avro.write(INT32_SCHEMA, 1))
  assert.equal(avro.registry.seen.length, 4)
})

test('a retriable failure is not kept: the next attempt asks again', async (t) => {
  const avro = await startAvro(t, { 'max.retries': '0' })
  avro.registry.script = (_, response) => reply(response, 500, '')
  await assert.rejects(avro.write(INT32_SCHEMA, 1), { code: 'RETRIABLE' })
  avro.registry.script = () => false
  assert.ok(await avro.write(INT32_SCHEMA, 1))
})

test('a failure for good is kept: a topic of bad records does not flood the registry', async (t) => {
  const avro = await startAvro(t)
  const unknown = Uint8Array.from([0, 0, 0, 0, 99, 1])
  for (let count = 0; count < 5; count++) {
    await assert.rejects(avro.read(unknown), {
      code: 'DATA_INVALID',
      message:
        /^Failed to deserialize data for topic t to Avro: The schema registry at .* did not give the schema with id 99: status 404, error code 40403, Schema 99 not found\. The data may be written with another registry/,
    })
  }
  assert.deepEqual(avro.registry.questions, ['GET /schemas/ids/99'])
})

test('the id 0 is one of another serializer', async (t) => {
  const avro = await startAvro(t)
  await assert.rejects(avro.read(new Uint8Array(20)), /Apicurio's own serializers/)
})

test('another address is asked where one fails', async (t) => {
  const avro = await startAvro(t)
  const spare = await startAvro(t, {
    'schema.registry.url': ['http://127.0.0.1:1', avro.registry.url].join(),
    'max.retries': '0',
  })
  assert.ok(await spare.write(INT32_SCHEMA, 1))
  assert.deepEqual(avro.registry.questions, ['POST /subjects/t-value/versions'])
})

test('data of another language names its converter', async (t) => {
  const avro = await startAvro(t)
  const id = avro.registry.add('t-value', 'syntax = "proto3";', { schemaType: 'PROTOBUF' })
  await assert.rejects(
    avro.read(Uint8Array.from([0, 0, 0, 0, id, 0])),
    /id 1 is one of PROTOBUF, not of AVRO: set value.converter=io.confluent.connect.protobuf.ProtobufConverter/,
  )
})

const strange: ReadonlyArray<readonly [what: string, bytes: Uint8Array, says: RegExp]> = [
  [
    'JSON',
    Buffer.from('{"a":1}'),
    /Unknown magic byte! .*\(7 bytes: 7b 22 61 22 3a 31 7d\).*It looks like JSON: set value.converter=org.apache.kafka.connect.json.JsonConverter with value.converter.schemas.enable=false/,
  ],
  ['JSON with its schema', Buffer.from('{"schema":{},"payload":1}'), /schemas.enable=true/],
  ['text', Buffer.from('hello'), /looks like text: set value.converter=.*StringConverter/],
  ['an Avro file', Buffer.from('Obj\x01xxxx'), /Avro file in itself/],
  ['a single object', Buffer.from([0xc3, 1, 2, 3]), /single-object encoding/],
  ['AWS Glue', Buffer.from([3, 0, ...Array(16).fill(7), 2]), /AWS Glue/],
  ['a GUID', Buffer.from([1, ...Array(16).fill(7), 2]), /a GUID in place of an id/],
  ['nothing', new Uint8Array(0), /It is empty, not null/],
  ['too little', Uint8Array.from([0, 0, 1]), /Too short: the value has 3 bytes/],
  ['a number', Uint8Array.from([0x80, 0, 0, 7]), /Set value.converter to what wrote it/],
]

for (const [what, bytes, says] of strange) {
  test(`bytes that are ${what} say so`, async (t) => {
    const avro = await startAvro(t)
    await assert.rejects(avro.read(bytes), (error: Error) => {
      assert.match(error.message, says)
      return error instanceof ConnectError && error.code === 'DATA_INVALID'
    })
    assert.deepEqual(avro.registry.seen, [])
  })
}

test('data whose schema is named in a header says so', async (t) => {
  const avro = await startAvro(t)
  const bytes = (await avro.write(INT32_SCHEMA, 1)) as Uint8Array
  const headers = Headers.empty.add('__value_schema_id', new Uint8Array(17), BYTES_SCHEMA)
  assert.throws(
    () => avro.converter.toConnectData('t', headers, bytes),
    /named in the header __value_schema_id, which is not read/,
  )
})

test('an id that does not fit into a header is none', async (t) => {
  const avro = await startAvro(t)
  avro.registry.script = (_, response) => reply(response, 200, '{"id":4294967296}')
  await assert.rejects(avro.write(INT32_SCHEMA, 1), /its id is 4294967296/)
})

test('closing ends what is under way', async (t) => {
  const avro = await startAvro(t)
  avro.registry.script = () => true
  const writing = avro.write(STRING_SCHEMA, 'a')
  avro.converter.close?.()
  await assert.rejects(writing, /did not register/)
})
