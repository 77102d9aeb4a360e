import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ConfigReloads } from '../../src/cluster/config-reloads.ts'
import { FakeClock } from '../helpers/fake-clock.ts'

let clock: FakeClock
let expired: string[]
let reloads: ConfigReloads
beforeEach(() => {
  clock = new FakeClock()
  expired = []
  reloads = new ConfigReloads(clock, (name) => expired.push(name))
})

function resolved(password: string, ttlMs: number | null, extra = {}) {
  return [{ props: { password, ...extra }, ttlMs }]
}

async function after(durationMs: number): Promise<readonly string[]> {
  await clock.advance(durationMs)
  return expired
}

test('values expire once, after the shortest time of all parts', async () => {
  reloads.use('a', 'connector', resolved('x', 9000))
  reloads.use('a', 0, resolved('x', 5000))
  reloads.use('b', 'connector', resolved('x', null))
  assert.deepEqual(await after(4999), [])
  assert.deepEqual(await after(1), ['a'])
  assert.deepEqual(await after(60_000), ['a'])
})

test('a part is outdated when its values are others; the same ones count from now on', async () => {
  reloads.use('a', 0, resolved('x', 5000))
  await after(5000)
  assert.equal(reloads.isOutdated('a', 0, resolved('y', 5000)), true)
  assert.equal(reloads.isOutdated('a', 0, resolved('x', 3000)), false)
  assert.deepEqual(await after(3000), ['a', 'a'])
})

test('a provider that failed is asked again after half a minute', async () => {
  reloads.use('a', 0, resolved('x', 5000))
  await after(5000)
  assert.equal(reloads.retry('a'), 30_000)
  assert.deepEqual(await after(29_999), ['a'])
  assert.deepEqual(await after(1), ['a', 'a'])
})

test('a time to live of nothing does not keep the worker busy', async () => {
  reloads.use('a', 0, resolved('x', 0))
  assert.deepEqual(await after(999), [])
  assert.deepEqual(await after(1), ['a'])
})

test('nothing expires of what has stopped, or shall not be reloaded', async () => {
  reloads.use('a', 0, resolved('x', 5000))
  reloads.forget('a', 0)
  reloads.use('b', 0, resolved('x', 5000, { 'config.action.reload': 'none' }))
  reloads.use('c', 0, resolved('x', 5000))
  reloads.close()
  assert.deepEqual(reloads.parts('b'), [])
  assert.deepEqual(await after(60_000), [])
})
