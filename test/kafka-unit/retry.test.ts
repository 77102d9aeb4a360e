import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { readAdminConfig } from '../../src/kafka/connection-config.ts'
import { retrying } from '../../src/kafka/retry.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

const config = readAdminConfig({ 'bootstrap.servers': 'a:1,b:2' })
const unavailable = () => new ConnectError('a:1: refused', { code: 'KAFKA_UNAVAILABLE' })

function attempts(outcomes: ReadonlyArray<Error | string>) {
  const left = [...outcomes]
  return async () => {
    const outcome = left.shift() ?? unavailable()
    if (outcome instanceof Error) throw outcome
    return outcome
  }
}

test('a failure that may pass is tried again, another one is final', async () => {
  const clock = new FakeClock()
  const retry = { config, clock, signal: new AbortController().signal }
  const result = retrying('asking', 60_000, retry, attempts([unavailable(), unavailable(), 'done']))
  for (let round = 0; round < 3; round++) await clock.advance(300)
  assert.equal(await result, 'done')
  const refused = new ConnectError('no', { code: 'KAFKA' })
  await assert.rejects(retrying('asking', 60_000, retry, attempts([refused])), refused)
})

test('when the time is over the error names call, addresses and last failure', async () => {
  const clock = new FakeClock()
  const retry = { config, clock, signal: new AbortController().signal }
  const result = assert.rejects(retrying('asking', 60_000, retry, attempts([])), {
    code: 'KAFKA_TIMEOUT',
    message: 'asking: not within 60000 ms from a:1, b:2; last error: a:1: refused',
  })
  await clock.advance(60_000)
  await result
})

test('closing the client ends it at once', async () => {
  const clock = new FakeClock()
  const closing = new AbortController()
  const result = retrying('asking', 60_000, { config, clock, signal: closing.signal }, attempts([]))
  closing.abort()
  await assert.rejects(result, { message: 'asking: the client was closed' })
})
