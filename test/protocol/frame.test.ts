import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cursor } from '../../src/protocol/cursor.ts'
import {
  encodeRequest,
  encodeResponse,
  readRequestHeader,
  readResponseHeader,
} from '../../src/protocol/frame.ts'
import { apiVersionsResponse } from '../../src/protocol/messages/api-versions.ts'
import { heartbeatResponse } from '../../src/protocol/messages/group-membership.ts'
import { metadataRequest } from '../../src/protocol/messages/metadata.ts'

const header = { apiVersion: 12, correlationId: 77, clientId: 'me' }
const topics = { topics: [{ name: 't' }] }

// Written by the classes of kafka-clients 4.3.1.
const metadata12 = '0003000c0000004d00026d6500' + '0200000000000000000000000000000000027400010000'

test('a request has the bytes of the Java client behind its size', () => {
  const frame = Buffer.concat(encodeRequest(metadataRequest, header, topics))
  assert.equal(frame.toString('hex'), `00000024${metadata12}`)
})

test('a request header reads back up to the body', () => {
  const cursor = new Cursor(Buffer.from(metadata12, 'hex'))
  const read = readRequestHeader(cursor, (apiKey, version) => apiKey === 3 && version >= 9)
  assert.deepEqual(read, { apiKey: 3, ...header })
  assert.deepEqual(metadataRequest.decode(cursor, 12).topics?.[0]?.name, 't')
})

test('a client without an id and a version without tagged fields', () => {
  const [frame = Buffer.alloc(0)] = encodeRequest(
    metadataRequest,
    { apiVersion: 1, correlationId: 1, clientId: null },
    { topics: null },
  )
  assert.equal(frame.toString('hex'), '0000000e' + '0003000100000001' + 'ffff' + 'ffffffff')
  const cursor = new Cursor(frame, 4)
  assert.equal(readRequestHeader(cursor, () => false).clientId, null)
  assert.equal(metadataRequest.decode(cursor, 1).topics, null)
})

const answer = { errorCode: 0, throttleTimeMs: 0 }

test('a response header has tagged fields when its message has', () => {
  const frameOf = (version: number) =>
    Buffer.concat(encodeResponse(heartbeatResponse, version, 5, answer))
  assert.equal(frameOf(3).toString('hex'), '0000000a' + '00000005' + '000000000000')
  assert.equal(frameOf(4).toString('hex'), '0000000c' + '00000005' + '00' + '00000000000000')
  const cursor = new Cursor(frameOf(4), 4)
  assert.equal(readResponseHeader(cursor, heartbeatResponse, 4), 5)
  assert.deepEqual(heartbeatResponse.decode(cursor, 4), answer)
})

test('the response header of ApiVersions never has tagged fields', () => {
  const frame = Buffer.concat(encodeResponse(apiVersionsResponse, 3, 5, { ...answer, apiKeys: [] }))
  assert.equal(frame.toString('hex', 4, 10), '00000005' + '0000')
  const cursor = new Cursor(frame, 4)
  assert.equal(readResponseHeader(cursor, apiVersionsResponse, 3), 5)
  assert.deepEqual(apiVersionsResponse.decode(cursor, 3).apiKeys, [])
})
