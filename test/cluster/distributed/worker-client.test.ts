import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { createWorkerClient, UnsentError } from '../../../src/cluster/distributed/worker-client.ts'

const request = { method: 'PUT', headers: {}, body: Buffer.from('{}') }

/** What a request to a worker that treats its connections so is rejected with. */
async function failure(treat: (socket: Socket) => void): Promise<unknown> {
  const server = createServer(treat).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    return await createWorkerClient({})(new URL(`http://127.0.0.1:${port}`), request).catch(
      (error: unknown) => error,
    )
  } finally {
    server.close()
  }
}

test('a worker that goes before it reads a request has not seen it', async () => {
  assert.ok((await failure((socket) => socket.resetAndDestroy())) instanceof UnsentError)
})

test('a worker that goes after it has read a request may have done it', async () => {
  const error = await failure((socket) => socket.on('data', () => socket.destroy()))
  assert.match(String(error), /socket hang up/)
  assert.ok(!(error instanceof UnsentError))
})
