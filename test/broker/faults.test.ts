import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Faults } from '../../src/broker/faults.ts'

const none = () => new Set<string>()
const orders = () => new Set(['orders'])

test('a fault with a number of times hits that often', () => {
  const faults = new Faults()
  faults.add({ api: 'Produce', kind: 'drop', times: 2 })
  const hits = [1, 2, 3].map(() => faults.hit('Produce', none)?.kind)
  assert.deepEqual(hits, ['drop', 'drop', undefined])
  assert.ok(faults.isEmpty)
})

test('a fault hits only its API and its topic', () => {
  const faults = new Faults()
  faults.add({ api: 'Fetch', topic: 'orders', kind: 'disconnect' })
  assert.equal(faults.hit('Produce', orders), null)
  assert.equal(faults.hit('Fetch', none), null)
  assert.equal(faults.hit('Fetch', orders)?.kind, 'disconnect')
})

test('a fault with a rate hits that share of requests', () => {
  const drawn = [0.05, 0.2, 0.09]
  const faults = new Faults(() => drawn.shift() ?? 1)
  faults.add({ api: 'Produce', kind: 'drop', rate: 0.1 })
  const hits = [1, 2, 3].map(() => faults.hit('Produce', none) !== null)
  assert.deepEqual(hits, [true, false, true])
})

test('a fault that was taken away hits nothing', () => {
  const faults = new Faults()
  const remove = faults.add({ api: 'Produce', kind: 'drop' })
  remove()
  assert.equal(faults.hit('Produce', none), null)
})
