import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { eventually } from '../../helpers/eventually.ts'
import { shiftedClock } from '../../helpers/faketime.ts'
import { startWorker, type Worker } from '../../helpers/worker.ts'
import {
  datagen,
  hasTime,
  idOf,
  mortal,
  partsOf,
  reaches,
  type TestCluster,
  TIMEOUT_MS,
  testCluster,
} from './workers.ts'

const HOUR_S = 3600
const KEY_TTL_MS = 2000
const names = ['a', 'b', 'c', 'd']
const settings = {
  'heartbeat.interval.ms': '300',
  'inter.worker.key.ttl.ms': String(KEY_TTL_MS),
}
const missing = 'libfaketime can not be had: CLOCKS ARE NOT TESTED'

/** A worker whose time of day can be set; null where that is not possible. */
async function shiftedWorker(
  t: TestContext,
  { bootstrap, folder, name }: TestCluster,
  worker: string,
  seconds: number,
  more: Readonly<Record<string, string>> = {},
) {
  const at = join(folder, worker)
  const clock = shiftedClock(join(at, 'clock'), seconds)
  if (clock === null) return null
  const started = await startWorker({
    ...{ bootstrap, folder: at, cluster: name, command: clock.command },
    settings: { ...settings, ...more },
  })
  t.after(() => started.kill())
  return { worker: started, clock }
}

async function runAll(asked: Worker, workers: readonly Worker[]): Promise<void> {
  const ids = workers.map(idOf)
  await eventually(`all runs on ${ids.join(' and ')}`, TIMEOUT_MS, async () => {
    const parts = (await Promise.all(names.map((name) => partsOf(asked, name)))).flat()
    const isWrong = parts.some(
      ({ state, worker_id: id }) => state !== 'RUNNING' || !ids.includes(id),
    )
    return parts.length === names.length * 3 && !isWrong
  })
}

function refusals({ output }: Worker): number {
  return output().match(/answered 403/g)?.length ?? 0
}

const ahead = ['an hour ahead', HOUR_S] as const
const shifts = hasTime ? [ahead, ['an hour behind', -HOUR_S] as const] : [ahead]

describe('clocks of workers that differ', { concurrency: true }, () => {
  for (const [what, seconds] of shifts) {
    test(`a leader ${what} of the others: signatures hold, keys are replaced, others take over`, async (t) => {
      const cluster = await testCluster(t)
      const leader = (await shiftedWorker(t, cluster, 'leader', seconds, mortal))?.worker
      if (leader === undefined) return t.skip(missing)
      const follower = await cluster.join('follower', settings)
      for (const name of names) {
        const config = datagen(cluster.name, 2)
        const { status } = await follower.rest('PUT', `/connectors/${name}/config`, config)
        assert.equal(status, 201)
      }
      await runAll(follower, [leader, follower])
      await systemClock.sleep(3 * KEY_TTL_MS)
      const more = datagen(cluster.name, 3)
      assert.equal((await follower.rest('PUT', '/connectors/a/config', more)).status, 200)
      await reaches(leader, 'a', 'RUNNING,RUNNING,RUNNING,RUNNING')
      // One that was signed just before the key was replaced may be refused, and is sent again.
      assert.ok(refusals(follower) <= 10, `${refusals(follower)} requests were refused`)

      await leader.kill()
      const less = datagen(cluster.name, 2)
      await eventually('the other one leads', TIMEOUT_MS, async () => {
        return (await follower.rest('PUT', '/connectors/a/config', less)).status === 200
      })
      await runAll(follower, [follower])
    })

    test(`a clock that is set ${what} costs a worker neither its place nor its work`, async (t) => {
      const cluster = await testCluster(t)
      const shifted = await shiftedWorker(t, cluster, 'worker', 0)
      if (shifted === null) return t.skip(missing)
      const { worker, clock } = shifted
      const config = datagen(cluster.name)
      assert.equal((await worker.rest('PUT', '/connectors/a/config', config)).status, 201)
      await reaches(worker, 'a', 'RUNNING,RUNNING')
      const rounds = worker.output().match(/Joined the group/g)?.length
      clock.shift(seconds)
      await eventually('its log has the other time', TIMEOUT_MS, async () => {
        await worker.rest('GET', '/')
        const hour = new Date(Date.now() + seconds * 1000).toISOString().slice(0, 13)
        return worker.output().includes(`"time":"${hour}`)
      })
      await systemClock.sleep(KEY_TTL_MS)
      assert.equal(worker.output().match(/Joined the group/g)?.length, rounds)
      assert.equal((await worker.rest('PUT', '/connectors/a/pause')).status, 202)
      await reaches(worker, 'a', 'PAUSED,PAUSED')
      assert.equal((await worker.rest('PUT', '/connectors/b/config', config)).status, 201)
      await reaches(worker, 'b', 'RUNNING,RUNNING')
    })
  }
})
