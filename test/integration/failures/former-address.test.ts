import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../helpers/eventually.ts'
import { startWorker } from '../../helpers/worker.ts'
import { readRecords } from './raw-records.ts'
import { datagen, idOf, mortal, partsOf, reaches, TIMEOUT_MS, testCluster } from './workers.ts'

test('a worker whose dead neighbour had the address of another cluster starts', async (t) => {
  const cluster = await testCluster(t)
  const { bootstrap } = cluster
  const name = `${cluster.name}-other`
  const dead = await cluster.join('dead', mortal)
  assert.equal((await dead.rest('PUT', '/connectors/a/config', datagen(name))).status, 201)
  await reaches(dead, 'a', 'RUNNING,RUNNING')
  await dead.kill()
  const other = await startWorker({
    ...{ bootstrap, cluster: name, folder: join(cluster.folder, 'other') },
    port: Number(new URL(dead.url).port),
  })
  t.after(() => other.kill())
  assert.equal((await other.rest('PUT', '/connectors/a/config', datagen(name))).status, 201)
  await reaches(other, 'a', 'RUNNING,RUNNING')
  const next = await cluster.join('next')
  await eventually('it took over', TIMEOUT_MS, async () => {
    const parts = await partsOf(next, 'a')
    return parts.length === 2 && parts.every((part) => part.worker_id === idOf(next))
  })
  assert.doesNotMatch(next.output(), /both use the same topics/)
  await eventually('nothing is left of what the other was asked about', TIMEOUT_MS, async () => {
    const records = await readRecords(bootstrap, cluster.topic('status'))
    const asked = records.filter(({ key }) => key?.includes('looks-for-other-clusters'))
    return asked.length > 0 && asked.at(-1)?.value === null
  })
})
