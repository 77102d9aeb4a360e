import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../../src/base/errors.ts'
import { LeaderClaim } from '../../../src/cluster/distributed/leader-claim.ts'
import { TransactionalWriter } from '../../../src/cluster/distributed/leader-writer.ts'
import type { OutgoingRecord, TransactionalProducer } from '../../../src/kafka/client.ts'
import { FakeClock, settle } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

/** A topic with one transactional id; the newest producer can write. */
function start() {
  const clock = new FakeClock()
  const calls: string[] = []
  const faults = { init: 0, hangingCommits: 0 }
  let newest = 0
  const createProducer = (): TransactionalProducer => {
    const number = ++newest
    const call = (what: string) => calls.push(`${number} ${what}`)
    return {
      async initTransactions() {
        if (faults.init-- > 0) throw new ConnectError('no broker', { code: 'KAFKA_UNAVAILABLE' })
        call('init')
      },
      async prepare() {},
      room: () => null,
      beginTransaction: () => void call('begin'),
      append: ({ bytes }: OutgoingRecord) => call(Buffer.from(bytes).toString()),
      async commitTransaction() {
        if (faults.hangingCommits-- > 0) await new Promise(() => {})
        if (number !== newest) throw new ConnectError('fenced', { code: 'KAFKA_FENCED' })
        call('commit')
      },
      close: async (timeoutMs: number) => void call(`close ${timeoutMs}`),
    } as unknown as TransactionalProducer
  }
  const writer = new TransactionalWriter({ topic: 'configs', clock, createProducer })
  const membership = { expectRebalance: () => void calls.push('heartbeat') }
  const claim = new LeaderClaim({ writer, membership, clock, logger: silentLogger })
  const record = (key: string) => ({ key: Buffer.from(key), value: null })
  const write = (...keys: string[]) => writer.append(keys.map(record), 30_000)
  return { clock, calls, faults, writer, claim, write, takeOver: createProducer }
}

const failed = {
  code: 'RETRIABLE',
  message:
    'Failed to write to config topic; this may be due to a transient error and the request can be safely retried',
}

test('each change of the leader is one transaction, one after the other', async () => {
  const { claim, write, calls } = start()
  assert.equal(await claim.keep(true), Number.POSITIVE_INFINITY)
  await Promise.all([write('a', 'b'), write('c')])
  assert.deepEqual(
    calls,
    ['init', 'begin', 'a', 'b', 'commit', 'begin', 'c', 'commit'].map((each) => `1 ${each}`),
  )
})

test('who does not lead can not write', async () => {
  const { claim, write, calls } = start()
  await claim.keep(false)
  await assert.rejects(write('a'), failed)
  assert.deepEqual(calls, [])
})

test('a leader that another one fenced looks whether it still leads before it claims again', async () => {
  const { claim, write, calls, takeOver, writer, clock } = start()
  await claim.keep(true)
  takeOver()
  await assert.rejects(write('a'), failed)
  assert.equal(writer.isClaimed, false)
  assert.deepEqual(calls, ['1 init', '1 begin', '1 a', '1 close 0'])
  const retryAtMs = await claim.keep(true)
  assert.equal(retryAtMs, clock.now() + 250)
  assert.equal(calls.at(-1), 'heartbeat')
  await clock.advance(250)
  assert.equal(await claim.keep(true), Number.POSITIVE_INFINITY)
  assert.equal(calls.at(-1), '3 init')
})

test('a former leader that learns of the next one gives up', async () => {
  const { claim, calls, writer } = start()
  await claim.keep(true)
  await claim.keep(false)
  assert.equal(writer.isClaimed, false)
  assert.deepEqual(calls, ['1 init', '1 close 5000'])
})

test('a topic that can not be claimed is tried again, less and less often', async () => {
  const { claim, faults, clock, calls, writer } = start()
  faults.init = 6
  for (const delayMs of [250, 500, 1000, 2000, 4000, 5000]) {
    assert.equal(await claim.keep(true), clock.now() + delayMs)
    await clock.advance(delayMs)
  }
  assert.equal(await claim.keep(true), Number.POSITIVE_INFINITY)
  assert.deepEqual(calls.slice(-2), ['6 close 0', '7 init'])
  assert.equal(writer.isClaimed, true)
})

test('a transaction that takes too long is given up with its producer', async () => {
  const { claim, write, faults, clock, calls } = start()
  await claim.keep(true)
  faults.hangingCommits = 1
  const written = write('a')
  const rejected = assert.rejects(written, failed)
  await settle()
  await clock.advance(30_000)
  await rejected
  assert.equal(calls.at(-1), '1 close 0')
})

test('a change waits for a leader that takes over, and not for ever', async () => {
  const { claim, clock, write, calls } = start()
  let isHeld = false
  const held = claim.held().then(() => {
    isHeld = true
  })
  await claim.keep(false)
  await settle()
  assert.equal(isHeld, false)
  await claim.keep(true)
  await held
  await write('a')
  assert.equal(calls.at(-1), '1 commit')
  await claim.keep(false)
  const late = claim.held()
  await settle()
  await clock.advance(5000)
  await late
  await assert.rejects(write('b'), failed)
})
