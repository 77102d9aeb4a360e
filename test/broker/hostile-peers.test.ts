import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type RunningBroker, startBroker } from '../../src/broker/index.ts'
import { encodeRequest } from '../../src/protocol/frame.ts'
import { FrameReader } from '../../src/protocol/frame-reader.ts'
import { apiVersionsRequest } from '../../src/protocol/messages/api-versions.ts'

let broker: RunningBroker

before(async () => {
  broker = await startBroker()
})
after(() => broker.stop())

function peer(): Socket {
  const socket = connect(broker.port, '127.0.0.1')
  socket.on('error', () => {})
  return socket
}

function apiVersions(correlationId: number, apiVersion = 3): Buffer {
  const header = { apiVersion, correlationId, clientId: null }
  const names = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
  return Buffer.concat(encodeRequest(apiVersionsRequest, header, names))
}

/** Reads until there are `count` bytes. */
async function read(socket: Socket, count: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk])
    if (bytes.length >= count) break
  }
  return bytes
}

/** The broker still serves others. */
async function assertAlive(): Promise<void> {
  const socket = peer()
  socket.write(apiVersions(7))
  const answer = await read(socket, 8)
  assert.equal(answer.readInt32BE(4), 7)
  socket.destroy()
}

const garbage: readonly (readonly [string, Buffer])[] = [
  ['a length above the limit', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
  ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff])],
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['a frame of random bytes', Buffer.concat([Buffer.from([0, 0, 0, 64]), randomBytes(64)])],
  ['an unknown API', Buffer.from([0, 0, 0, 10, 0x03, 0xe7, 0, 0, 0, 0, 0, 1, 0xff, 0xff])],
  ['a request cut short', Buffer.from([0, 0, 0, 10, 0, 3, 0, 9, 0, 0, 0, 1, 0xff, 0xff])],
]

for (const [what, bytes] of garbage) {
  test(`${what} ends the connection, and the broker goes on`, async () => {
    const socket = peer()
    const ended = once(socket, 'close')
    socket.resume()
    socket.write(bytes)
    await ended
    await assertAlive()
  })
}

test('a request that arrives byte by byte is answered', async () => {
  const socket = peer()
  await once(socket, 'connect')
  for (const byte of apiVersions(11)) {
    socket.write(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal((await read(socket, 8)).readInt32BE(4), 11)
  socket.destroy()
})

test('requests sent at once are answered in their order', async () => {
  const socket = peer()
  const ids = Array.from({ length: 200 }, (_, index) => index)
  const answered: number[] = []
  const frames = new FrameReader({
    frameBytesMax: 1024 * 1024,
    capacityBytesFirst: 1024,
    take: (frame) => answered.push(frame.readInt32BE(0)),
    refuse: () => new Error('no frame'),
  })
  socket.write(Buffer.concat(ids.map((id) => apiVersions(id))))
  for await (const chunk of socket) {
    frames.push(chunk)
    if (answered.length === ids.length) break
  }
  assert.deepEqual(answered, ids)
})

test('an unknown version of ApiVersions is answered in version 0 with an error', async () => {
  const socket = peer()
  const request = apiVersions(5)
  request.writeInt16BE(99, 6)
  socket.write(request)
  const answer = await read(socket, 10)
  assert.equal(answer.readInt32BE(4), 5)
  assert.equal(answer.readInt16BE(8), 35)
  socket.destroy()
})
