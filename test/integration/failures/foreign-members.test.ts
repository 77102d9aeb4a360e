import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import {
  decodeAssignment,
  offeredProtocols,
  type ProtocolName,
} from '../../../src/cluster/distributed/worker-protocol.ts'
import { freePort } from '../../helpers/apache-kafka.ts'
import { eventually } from '../../helpers/eventually.ts'
import { spawnWorker, type Worker } from '../../helpers/worker.ts'
import { joinGroup, type RawMemberOptions } from './raw-member.ts'
import {
  datagen,
  ends,
  prints,
  reaches,
  type TestCluster,
  TIMEOUT_MS,
  testCluster,
} from './workers.ts'

const state = { url: 'http://127.0.0.1:1/', configOffset: 0, owned: null }
const garbage = Buffer.from([0, 2, 0x7f, 0xff, 1])

/** What a worker with this setting offers, with other bytes where told. */
function offers(preferred: ProtocolName, change = (metadata: Buffer) => metadata) {
  return offeredProtocols(preferred, state).map(({ name, metadata }) => ({
    name,
    metadata: change(metadata),
  }))
}

async function busyWorker(
  cluster: TestCluster,
  settings: Readonly<Record<string, string>> = {},
): Promise<Worker> {
  const worker = await cluster.join('worker', settings)
  const { status } = await worker.rest('PUT', '/connectors/a/config', datagen(cluster.name, 2))
  assert.equal(status, 201)
  await reaches(worker, 'a', 'RUNNING,RUNNING,RUNNING')
  return worker
}

function member(
  t: TestContext,
  { bootstrap, name: group }: TestCluster,
  options: Pick<RawMemberOptions, 'offers' | 'assigns'>,
) {
  const joined = joinGroup({ bootstrap, group, ...options })
  t.after(() => joined.close())
  return joined
}

describe('members of another kind or version', { concurrency: true }, () => {
  test('one that only knows the eager protocol brings the group to it, and back when it goes', async (t) => {
    const cluster = await testCluster(t)
    const worker = await busyWorker(cluster)
    const eager = joinGroup({
      bootstrap: cluster.bootstrap,
      group: cluster.name,
      offers: offers('default'),
    })
    await prints(worker, /works by connect\.protocol=eager, not sessioned as set here/)
    await eventually('it has work', TIMEOUT_MS, () => {
      const [last] = eager.joined
      if (last === undefined) return false
      const { work } = decodeAssignment('default', last.assignment)
      return work.connectors.length + work.tasks.length > 0
    })
    await eager.close()
    await reaches(worker, 'a', 'RUNNING,RUNNING,RUNNING')
  })

  test('one whose state is unreadable gets no work and stops nobody', async (t) => {
    const cluster = await testCluster(t)
    const worker = await busyWorker(cluster)
    const broken = member(t, cluster, { offers: offers('sessioned', () => garbage) })
    await prints(worker, /Member \S+ of the group gets no work, .* Error reading field 'url'/)
    await eventually('it gets nothing', TIMEOUT_MS, () => broken.joined.length > 0)
    const [last] = broken.joined
    const { work } = decodeAssignment('sessioned', last?.assignment ?? garbage)
    assert.deepEqual(work, { connectors: [], tasks: [] })
    await reaches(worker, 'a', 'RUNNING,RUNNING,RUNNING')
    assert.equal((await worker.rest('PUT', '/connectors/a/pause')).status, 202)
    await reaches(worker, 'a', 'PAUSED,PAUSED,PAUSED')
  })

  test('one of a later version is read as far as it is known, and gets its share', async (t) => {
    const cluster = await testCluster(t)
    await busyWorker(cluster)
    const later = (metadata: Buffer) =>
      Buffer.concat([Buffer.from([0, 9]), metadata.subarray(2), Buffer.from('new')])
    const newer = member(t, cluster, { offers: offers('sessioned', later) })
    await eventually('it has work', TIMEOUT_MS, () => {
      const works = newer.joined.map((each) => decodeAssignment('sessioned', each.assignment).work)
      return works.some(({ connectors, tasks }) => connectors.length + tasks.length > 0)
    })
  })

  test('one that shares no protocol is refused, and the group does not notice', async (t) => {
    const cluster = await testCluster(t)
    const worker = await busyWorker(cluster)
    const rounds = worker.output().match(/Joined the group/g)?.length
    const metadata = Buffer.alloc(0)
    const stranger = member(t, cluster, { offers: [{ name: 'telepathic', metadata }] })
    await eventually('it is refused', TIMEOUT_MS, () => stranger.failure() !== null)
    assert.match(String(stranger.failure()), /INCONSISTENT_GROUP_PROTOCOL: .*another group\.id/)
    assert.equal(worker.output().match(/Joined the group/g)?.length, rounds)
  })

  test('a leader whose assignment is unreadable ends the worker with the reason', async (t) => {
    const cluster = await testCluster(t)
    const leader = member(t, cluster, {
      offers: offers('sessioned'),
      assigns: Buffer.from([0xff]),
    })
    await eventually('it leads', TIMEOUT_MS, () => leader.joined.length > 0)
    const folder = join(cluster.folder, 'worker')
    const options = { bootstrap: cluster.bootstrap, folder, cluster: cluster.name }
    const worker = spawnWorker(options, await freePort())
    assert.equal(await ends(worker), 1)
    assert.match(
      readFileSync(join(folder, 'worker.log'), 'utf8'),
      /What member \S+ assigned as the leader of the group can't be read: .*give it another group\.id/,
    )
  })
})
