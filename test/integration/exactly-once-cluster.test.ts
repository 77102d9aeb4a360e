import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { countingPlugin } from '../helpers/cluster.ts'
import { countingCluster, createCounting } from '../helpers/counting-cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { useSite } from '../helpers/site.ts'
import type { Worker } from '../helpers/worker.ts'

const site = useSite()
const plugins = { millrace: countingPlugin('millrace', site.folder) }
const clusterOf = (t: TestContext, counters: string) => countingCluster(t, site, counters, plugins)

function isLeader(worker: Worker): boolean {
  return placesOf(worker).at(-1)?.endsWith('the leader') === true
}

function placesOf(worker: Worker): readonly string[] {
  return worker.output().match(/Joined the group in generation \d+, [^:]+/g) ?? []
}

test('more and fewer tasks, and workers that come and are killed: every record comes once', async (t) => {
  const { start, counted } = await clusterOf(t, 'abcd')
  const first = await start()
  const second = await start()
  await createCounting(second, counted)
  await counted.flows('abcd')
  counted.count('ab')
  await counted.flows('ab')
  counted.count('abcdef')
  await counted.flows('abcdef')
  const third = await start()
  await counted.flows('abcdef')
  await third.kill()
  counted.count('bcf')
  await counted.flows('bcf')
  const { status } = await first.rest('POST', '/connectors/counting/restart?includeTasks=true')
  assert.equal(status, 202)
  await counted.flows('bcf')
  await first.rest('PUT', '/connectors/counting/stop')
  await counted.check()
})

test('the leader is killed while it fences: every record comes once', async (t) => {
  const { start, counted } = await clusterOf(t, 'abcdef')
  const first = await start()
  const second = await start()
  await createCounting(first, counted)
  await counted.flows('abcdef')
  const [leader, other] = isLeader(first) ? [first, second] : [second, first]
  counted.count('ace')
  // Where it is then differs from run to run; each place has to be good.
  await systemClock.sleep(Math.random() * 400)
  await leader.kill()
  await counted.flows('ace')
  await other.rest('PUT', '/connectors/counting/stop')
  await counted.check()
})

test('a leader with tasks that stands still and wakes up later: every record comes once', async (t) => {
  const { start, counted } = await clusterOf(t, 'abcdef')
  const first = await start()
  const second = await start()
  await createCounting(first, counted)
  await counted.flows('abcdef')
  const [leader, other] = isLeader(first) ? [first, second] : [second, first]
  leader.process.kill('SIGSTOP')
  // Some of its tasks are nobody's afterwards: only the other's fencing ends their producers.
  counted.count('ab')
  await eventually('the other worker leads', 120_000, () => isLeader(other))
  await counted.flows('ab')
  leader.process.kill('SIGCONT')
  await eventually('the former leader follows', 120_000, () =>
    /led by/.test(placesOf(leader).at(-1) ?? ''),
  )
  await counted.flows('ab')
  const { status } = await leader.rest('PUT', '/connectors/counting/stop')
  assert.equal(status, 204)
  await counted.check()
})
