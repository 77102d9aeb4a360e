import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { sharedTestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder } from '../helpers/worker.ts'

const CLIENTS = 50
const CONNECTORS = 10

// Users of the original report a standalone worker that deadlocks under parallel calls.
test('fifty clients that change ten connectors at once are all answered', async (t) => {
  const kafka = await sharedTestBroker()
  t.after(() => kafka.stop())
  const folder = temporaryFolder()
  t.after(folder.remove)
  const worker = await startWorker({ bootstrap: kafka.bootstrap, folder: folder.path })
  t.after(() => worker.kill())
  const file = join(folder.path, 'in.txt')
  writeFileSync(file, 'one\ntwo\n')

  const statuses = new Set<number>()
  const send = async (method: string, path: string, body?: unknown) => {
    const { status } = await worker.rest(method, `/connectors/${path}`, body)
    statuses.add(status)
  }
  const topic = `parallel-${process.pid}`
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      const name = `parallel-${client % CONNECTORS}`
      await send('PUT', `${name}/config`, {
        'connector.class': 'FileStreamSource',
        file,
        topic,
        'batch.size': String(client + 1),
      })
      await send('POST', `${name}/restart?includeTasks=true`)
      await send('PUT', `${name}/pause`)
      await send('GET', `${name}/status`)
      await send('POST', `${name}/tasks/0/restart`)
      await send('PUT', `${name}/resume`)
      await send('POST', `${name}/restart`)
    }),
  )
  assert.deepEqual(statuses, new Set([200, 201, 202, 204]))
  for (let index = 0; index < CONNECTORS; index++) {
    await eventually(`connector ${index} and its task run`, 60_000, async () => {
      const { body } = await worker.rest('GET', `/connectors/parallel-${index}/status`)
      const { connector, tasks } = body as {
        readonly connector: { readonly state: string }
        readonly tasks: ReadonlyArray<{ readonly state: string }>
      }
      return connector.state === 'RUNNING' && tasks.map(({ state }) => state).join() === 'RUNNING'
    })
    await send('DELETE', `parallel-${index}`)
  }
  assert.equal(await worker.stop(), 143)
})
