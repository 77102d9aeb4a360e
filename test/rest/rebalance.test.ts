import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { ForwardError } from '../../src/cluster/herder.ts'
import { startRest } from './fixture.ts'

const stale =
  'Cannot complete request momentarily due to stale configuration (typically caused by a concurrent config change)'
const noLeader =
  'Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.'
const lastHop = 'Cannot complete request because of a conflicting operation (e.g. worker rebalance)'

/** A worker whose rebalance ends when somebody waits for it, or never. */
async function startRebalancing(problem: Error, ends: boolean) {
  const rest = await startRest()
  let waits = 0
  let isSettled = false
  Object.assign(rest.herder, {
    restartConnector: async () => {
      if (!isSettled) throw problem
    },
    settled: async () => {
      waits++
      isSettled = ends
      return ends
    },
  })
  const restart = (query = '') => rest.call('POST', `/connectors/a/restart${query}`)
  return { rest, restart, waits: () => waits }
}

const unsettled = {
  'a leader that is not known': new ForwardError('the leader is not known', null),
  'a config topic that moved on': new ConnectError(stale, { code: 'REBALANCE' }),
}

for (const [what, problem] of Object.entries(unsettled)) {
  test(`a request waits for the end of a rebalance: ${what}`, async (t) => {
    const { rest, restart } = await startRebalancing(problem, true)
    t.after(() => rest.server.close())
    assert.equal((await restart()).status, 204)
    assert.equal((await restart('?forward=true')).status, 204)
  })

  test(`a request that was forwarded twice never waits: ${what}`, async (t) => {
    const { rest, restart, waits } = await startRebalancing(problem, true)
    t.after(() => rest.server.close())
    const { status, body } = await restart('?forward=false')
    const message = problem instanceof ForwardError ? lastHop : stale
    assert.deepEqual([status, body], [409, { error_code: 409, message }])
    assert.equal(waits(), 0)
  })

  test(`a rebalance that takes too long is told: ${what}`, async (t) => {
    const { rest, restart } = await startRebalancing(problem, false)
    t.after(() => rest.server.close())
    const { status, body } = await restart()
    const message = problem instanceof ForwardError ? noLeader : stale
    assert.deepEqual([status, body], [409, { error_code: 409, message }])
  })
}

for (const [answer, hasLeader, expected] of [
  ['', true, 204],
  ['', false, 500],
  ['{\n"message":"Not Found",\n"url":"/connectors",\n"status":"404"\n}', true, 204],
  ['{"error_code":404,"message":"Unknown connector: a"}', true, 404],
] as const) {
  test(`a leader answers 404 '${answer}', another one leads then: ${hasLeader}`, async (t) => {
    const leader = createServer((_request, response) => response.writeHead(404).end(answer))
    await once(leader.listen(0, '127.0.0.1'), 'listening')
    const { rest, restart } = await startRebalancing(
      new ForwardError('another worker leads', urlOf(leader.address() as AddressInfo)),
      hasLeader,
    )
    t.after(async () => {
      await rest.server.close()
      leader.closeAllConnections()
      leader.close()
    })
    const { status, body } = await restart()
    assert.equal(status, expected, JSON.stringify(body))
    if (expected === 500) assert.match(JSON.stringify(body), /no worker serves its REST API at/)
  })
}

function urlOf({ port }: AddressInfo): string {
  return `http://127.0.0.1:${port}/`
}
