import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRest } from './fixture.ts'

test('/openapi.json is served where extras are asked for, else 404 as in Apache Kafka Connect', async () => {
  for (const [extras, status] of [
    [true, 200],
    [false, 404],
  ] as const) {
    const rest = await startRest({ 'millrace.rest.extras': extras })
    try {
      assert.equal((await rest.call('GET', '/openapi.json')).status, status)
    } finally {
      await rest.server.close()
    }
  }
})
