import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { startWorker, type Worker } from '../../helpers/worker.ts'
import { datagen, reaches, testCluster } from './workers.ts'

const CLIENTS = 50
const names = ['a', 'b', 'c', 'd', 'e']

type Config = Readonly<Record<string, string>>

interface Sent {
  readonly what: string
  readonly status: number
}

/** Changes a connector, and checks that each answer shows what this client has sent. */
async function change({ rest }: Worker, client: number, topic: string): Promise<readonly Sent[]> {
  const name = names[client % names.length] ?? ''
  const sent: Sent[] = []
  const send = async (method: string, path: string, body?: Config): Promise<Config> => {
    const answer = await rest(method, `/connectors/${name}${path}`, body)
    sent.push({ what: `${method} ${path}`, status: answer.status })
    const { config } = (answer.body ?? {}) as { readonly config?: Config }
    return config ?? {}
  }
  const marker = `client-${client}`
  const put = await send('PUT', '/config', { ...datagen(topic), marker })
  assert.equal(put['marker'], marker)
  assert.equal(put['name'], name)
  await send('PUT', '/pause')
  const patched = await send('PATCH', '/config', { patch: marker })
  assert.equal(patched['patch'], marker)
  await send('PUT', '/stop')
  const shown = await send('GET', '')
  assert.match(String(shown['marker']), /^client-\d+$/)
  await send('PUT', '/resume')
  return sent
}

/** All clients at once, on all workers by turns; then all workers tell the same. */
async function changeAtOnce(workers: readonly [Worker, ...Worker[]], topic: string) {
  const clients = Array.from({ length: CLIENTS }, (_, client) =>
    change(workers[client % workers.length] ?? workers[0], client, topic),
  )
  const sent = (await Promise.all(clients)).flat()
  const refused = sent.filter(({ status }) => ![200, 201, 202, 204].includes(status))
  assert.deepEqual(refused, [])
  assert.equal(sent.filter(({ status }) => status === 201).length, names.length)
  for (const name of names) {
    // Whichever came last has the last word; a stop may have come after all others' resume.
    assert.equal((await workers[0].rest('PUT', `/connectors/${name}/resume`)).status, 202)
    for (const worker of workers) await reaches(worker, name, 'RUNNING,RUNNING')
    const told = await Promise.all(
      workers.map(async ({ rest }) => (await rest('GET', `/connectors/${name}/config`)).body),
    )
    for (const config of told) assert.deepEqual(config, told[0])
  }
}

test('fifty clients that change five connectors of a standalone worker see what they sent', async (t) => {
  const cluster = await testCluster(t)
  const folder = join(cluster.folder, 'standalone')
  const worker = await startWorker({ bootstrap: cluster.bootstrap, folder })
  t.after(() => worker.kill())
  await changeAtOnce([worker], cluster.name)
})

test('fifty clients that change five connectors through three workers see what they sent', async (t) => {
  const cluster = await testCluster(t)
  const first = await cluster.join('first')
  const others = await Promise.all([cluster.join('second'), cluster.join('third')])
  await changeAtOnce([first, ...others], cluster.name)
})
