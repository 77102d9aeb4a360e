import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import {
  type Implementation,
  startWorker,
  temporaryFolder,
  type Worker,
} from '../helpers/worker.ts'

interface Part {
  readonly state: string
  readonly worker_id: string
}

const TIMEOUT_MS = 60_000

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

/** States of a connector and its tasks, and where they run, in one text. */
async function runs({ rest }: Worker, name: string): Promise<string> {
  const { status, body } = await rest('GET', `/connectors/${name}/status`)
  if (status !== 200) return `${status}`
  const { connector, tasks } = body as { readonly connector: Part; readonly tasks: Part[] }
  return [connector, ...tasks].map(({ state, worker_id: id }) => `${state}@${id}`).join(' ')
}

function settled(worker: Worker, name: string, states: RegExp): Promise<void> {
  return eventually(`${name}: ${states}`, TIMEOUT_MS, async () =>
    states.test((await runs(worker, name)).replace(/@\S+/g, '')),
  )
}

const orders: ReadonlyArray<readonly [Implementation, Implementation]> = [
  ['apache', 'millrace'],
  ['millrace', 'apache'],
]

for (const [leading, following] of orders) {
  test(`one group, led by ${leading}: each worker is asked, both run, both tell the same`, async (t) => {
    const folder = temporaryFolder()
    t.after(folder.remove)
    const cluster = `mixed-${randomUUID().slice(0, 8)}`
    const start = async (implementation: Implementation) => {
      const at = join(folder.path, implementation)
      const worker = await startWorker({
        bootstrap: kafka.bootstrap,
        folder: at,
        cluster,
        implementation,
      })
      t.after(() => worker.kill())
      return worker
    }
    const leader = await start(leading)
    const follower = await start(following)
    const workers = [leader, follower]
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
      const file = join(folder.path, `${name}.txt`)
      writeFileSync(file, `${name}\n`)
      const config = { 'connector.class': 'FileStreamSource', file, topic: `${cluster}-${name}` }
      const asked = workers[index % 2] ?? leader
      const { status } = await asked.rest('PUT', `/connectors/${name}/config`, config)
      assert.equal(status, 201)
    }
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) {
      await settled(leader, name, /^RUNNING RUNNING$/)
      assert.deepEqual(await consume(kafka.bootstrap, `${cluster}-${name}`, 1), [`"${name}"`])
    }
    await eventually('connectors run on both', TIMEOUT_MS, async () => {
      const all = await Promise.all(names.map((name) => runs(leader, name)))
      const told = await Promise.all(names.map((name) => runs(follower, name)))
      const places = new Set(all.map((text) => text.split(' ')[0]))
      return places.size === 2 && all.join() === told.join()
    })
    await follower.rest('PUT', '/connectors/a/pause')
    await leader.rest('PUT', '/connectors/b/pause')
    for (const name of ['a', 'b']) await settled(follower, name, /^PAUSED PAUSED$/)
    for (const asked of workers) {
      for (const name of ['c', 'd']) {
        const restart = `/connectors/${name}/restart`
        assert.equal((await asked.rest('POST', restart)).status, 204)
        assert.equal((await asked.rest('POST', `${restart}?includeTasks=true`)).status, 202)
        await settled(leader, name, /^RUNNING RUNNING$/)
        const task = `/connectors/${name}/tasks/0/restart`
        assert.equal((await asked.rest('POST', task)).status, 204)
      }
    }
    assert.equal((await follower.rest('PUT', '/connectors/c/stop')).status, 204)
    await settled(leader, 'c', /^STOPPED$/)
    for (const asked of workers) {
      const { status, body } = await asked.rest('DELETE', '/connectors/c/offsets')
      assert.deepEqual(status, 200, JSON.stringify(body))
    }
    assert.equal((await follower.rest('DELETE', '/connectors/d')).status, 204)
    await settled(leader, 'd', /^404$/)
    await settled(follower, 'd', /^404$/)
  })
}
