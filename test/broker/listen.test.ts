import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '../../src/broker/index.ts'

test('a port that is taken is named, with what to do', async (t) => {
  const first = await startBroker()
  t.after(() => first.stop())
  await assert.rejects(startBroker({ port: first.port }), {
    code: 'CONNECT_FAILED',
    message: `The broker can't listen on ${first.bootstrap}: another program listens there; stop it or choose another port`,
  })
})
