import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import { startBroker, type TlsSettings } from '../../../src/broker/index.ts'
import { encodeRequest } from '../../../src/protocol/frame.ts'
import { apiVersionsRequest } from '../../../src/protocol/messages/api-versions.ts'
import { makeIdentity } from '../../helpers/certificates.ts'

const server = makeIdentity('broker')
const client = makeIdentity('client')
const stranger = makeIdentity('stranger')

const header = { apiVersion: 0, correlationId: 7, clientId: null }
const question = Buffer.concat(encodeRequest(apiVersionsRequest, header, {}))

/** Correlation id of an answer. @throws when the broker doesn't let the client in. */
async function ask(settings: TlsSettings, own: ConnectionOptions): Promise<number> {
  const broker = await startBroker({ tls: settings })
  const socket = connect({ port: broker.port, host: '127.0.0.1', ca: server.cert, ...own })
  try {
    socket.write(question)
    for await (const answer of socket) return answer.readInt32BE(4)
    throw new Error('the broker closed the connection')
  } finally {
    socket.destroy()
    await broker.stop()
  }
}

test('TLS with a certificate of the broker alone', async () => {
  assert.equal(await ask(server, {}), 7)
  await assert.rejects(ask(server, { ca: stranger.cert }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
})

test('TLS that asks clients for a certificate lets in only those it knows', async () => {
  const settings = { ...server, ca: client.cert }
  assert.equal(await ask(settings, client), 7)
  await assert.rejects(ask(settings, stranger), /closed|alert|ECONNRESET|EPIPE/)
  await assert.rejects(ask(settings, {}), /closed|alert|ECONNRESET|EPIPE/)
})

test('a client without TLS is disconnected, and the broker stops with a half-open one', async () => {
  const broker = await startBroker({ tls: server })
  const silent = connectTcp(broker.port, '127.0.0.1').on('error', () => {})
  const talking = connectTcp(broker.port, '127.0.0.1').on('error', () => {})
  talking.resume().write(question)
  await once(talking, 'close')
  const closed = once(silent, 'close')
  await broker.stop()
  await closed
})

test('a key that is none is named', () =>
  assert.rejects(startBroker({ tls: { key: 'nothing', cert: server.cert } }), {
    code: 'CONFIG_INVALID',
    message: /key and certificates/,
  }))
