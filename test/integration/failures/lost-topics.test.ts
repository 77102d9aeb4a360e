import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { freePort } from '../../helpers/apache-kafka.ts'
import { run } from '../../helpers/command.ts'
import { eventually } from '../../helpers/eventually.ts'
import { spawnWorker, type Worker } from '../../helpers/worker.ts'
import { withAdmin } from './raw-records.ts'
import { ends, reaches, type TestCluster, TIMEOUT_MS, testCluster } from './workers.ts'

const names = ['runs', 'paused', 'stopped', 'apart'] as const
const kinds = ['config', 'offset', 'status'] as const

/**
 * A worker with a source that runs, one that is paused, one that is stopped, and one that keeps its
 * offsets apart.
 */
async function busyWorker(cluster: TestCluster): Promise<Worker> {
  const worker = await cluster.join('first', { 'millrace.recovery.dir': cluster.folder })
  for (const name of names) {
    const file = join(cluster.folder, `${name}.txt`)
    writeFileSync(file, 'one\ntwo\n')
    const config = {
      'connector.class': 'FileStreamSource',
      ...{ file, topic: `${cluster.name}-lines` },
      ...(name === 'apart' && { 'offsets.storage.topic': ownTopic(cluster) }),
    }
    assert.equal((await worker.rest('PUT', `/connectors/${name}/config`, config)).status, 201)
    await reaches(worker, name, 'RUNNING,RUNNING')
    await eventually('its offset is known', TIMEOUT_MS, async () => {
      return JSON.stringify(await offsetsOf(worker, name)).includes('"position":8')
    })
  }
  await worker.rest('PUT', '/connectors/paused/pause')
  await worker.rest('PUT', '/connectors/stopped/stop')
  await reachTargets(worker)
  return worker
}

function ownTopic({ name }: TestCluster): string {
  return `${name}-own-offset`
}

async function reachTargets(worker: Worker): Promise<void> {
  await reaches(worker, 'runs', 'RUNNING,RUNNING')
  await reaches(worker, 'apart', 'RUNNING,RUNNING')
  await reaches(worker, 'paused', 'PAUSED,PAUSED')
  await reaches(worker, 'stopped', 'STOPPED')
}

async function offsetsOf({ rest }: Worker, name: string): Promise<unknown> {
  return (await rest('GET', `/connectors/${name}/offsets`)).body
}

/** All that a restored cluster has to have again. */
async function contentOf(worker: Worker): Promise<unknown> {
  const paths = ['', '/offsets', '/topics', '/tasks']
  const asked = names.flatMap((name) => paths.map((path) => `/connectors/${name}${path}`))
  return await Promise.all(asked.map(async (path) => (await worker.rest('GET', path)).body))
}

/** Waits for the worker to stop by itself. @returns The file with what it knew. */
async function recoveryOf(
  cluster: TestCluster,
  worker: Worker,
  folder = cluster.folder,
): Promise<string> {
  assert.equal(await ends(worker.process), 1)
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const path = join(folder, file)
  assert.match(worker.output(), /can't be followed any more, so this worker stops/)
  const command = new RegExp(`millrace restore \\S+worker\\.properties ${path}`)
  assert.match(worker.output(), command)
  return path
}

function workerFile({ folder }: TestCluster): string {
  return join(folder, 'first/worker.properties')
}

function restore(cluster: TestCluster, file: string) {
  return run('millrace', ['restore', workerFile(cluster), file])
}

test('a config topic that Kafka would delete records of is refused with what repairs it', async (t) => {
  const cluster = await testCluster(t)
  const { bootstrap, name } = cluster
  const topic = cluster.topic('config')
  await withAdmin(bootstrap, (admin) =>
    admin.createTopics([
      { name: topic, partitions: 1, replicationFactor: 1, configs: { 'cleanup.policy': 'delete' } },
    ]),
  )
  const folder = join(cluster.folder, 'first')
  const worker = spawnWorker({ bootstrap, folder, cluster: name }, await freePort())
  assert.equal(await ends(worker), 2)
  const repair = `kafka-configs.sh --bootstrap-server ${bootstrap} --alter --entity-type topics --entity-name ${topic} --add-config cleanup.policy=compact`
  assert.ok(readFileSync(join(folder, 'worker.log'), 'utf8').includes(repair))
})

describe('internal topics deleted under a worker', { concurrency: true }, () => {
  test('all of them: it stops, starts no cluster over, and `restore` brings everything back', async (t) => {
    const cluster = await testCluster(t)
    const worker = await busyWorker(cluster)
    const elsewhere = { 'millrace.recovery.dir': join(cluster.folder, 'second') }
    const other = await cluster.join('second', elsewhere)
    await reachTargets(other)
    const before = await contentOf(worker)
    const topics = kinds.map((kind) => cluster.topic(kind))
    await withAdmin(cluster.bootstrap, (admin) => {
      return admin.deleteTopics([...topics, ownTopic(cluster)])
    })
    const file = await recoveryOf(cluster, worker)
    const otherFile = await recoveryOf(cluster, other, elsewhere['millrace.recovery.dir'])
    const left = await withAdmin(cluster.bootstrap, (admin) => admin.describeTopics(topics))
    assert.deepEqual(left, [])

    const again = await run('connect-distributed', [workerFile(cluster)])
    assert.equal(again.code, 2)
    assert.match(again.stdout, /A topic of the cluster was lost.*millrace restore /)

    const { code, stdout, stderr } = await restore(cluster, file)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^connectors: 4 restored\noffsets of sources: 4 restored\n/)
    const next = await cluster.join('first')
    await reachTargets(next)
    assert.deepEqual(await contentOf(next), before)
    const otherNext = await cluster.join('second', elsewhere)
    assert.ok(otherNext.output().includes(`was renamed to ${otherFile}.restored`))

    assert.equal((await next.rest('DELETE', '/connectors/paused')).status, 204)
    const twice = await restore(cluster, `${file}.restored`)
    assert.match(twice.stdout, /^connectors: 0 restored, 4 were there and left as they are\n/)
    assert.deepEqual((await next.rest('GET', '/connectors/paused')).status, 404)
  })

  test('one that somebody creates anew at once is not taken for the old one', async (t) => {
    const cluster = await testCluster(t)
    const worker = await busyWorker(cluster)
    const before = await contentOf(worker)
    const name = cluster.topic('offset')
    await withAdmin(cluster.bootstrap, async (admin) => {
      await admin.deleteTopics([name])
      const configs = { 'cleanup.policy': 'compact' }
      const topic = { name, partitions: 25, replicationFactor: 1, configs }
      await eventually('it is created anew', TIMEOUT_MS, async () => {
        return (await admin.createTopics([topic])).includes(name)
      })
    })
    const file = await recoveryOf(cluster, worker)
    assert.match(worker.output(), /was deleted and created anew|does not have this offset/)
    const again = await run('connect-distributed', [workerFile(cluster)])
    assert.equal(again.code, 2)
    assert.ok(again.stdout.includes(`${file}, and not all of that is in the topics`), again.stdout)
    const { stdout } = await restore(cluster, file)
    assert.match(stdout, /^connectors: 0 restored, 4 were .*\noffsets of sources: 4 restored\n/)
    const next = await cluster.join('first')
    await reachTargets(next)
    assert.deepEqual(await contentOf(next), before)
  })
})
