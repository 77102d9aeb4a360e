import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../helpers/eventually.ts'
import { isApacheKafka } from '../../helpers/test-broker.ts'
import { type Implementation, startWorker } from '../../helpers/worker.ts'
import { readRecords } from './raw-records.ts'
import { datagen, reaches, TIMEOUT_MS, testCluster } from './workers.ts'

const tasks = JSON.stringify([{ 'task.class': 'org.acme.Forged', secret: 'of-the-forger' }])
const huge = JSON.stringify([{ 'task.class': 'x'.repeat(8_000_000) }])

interface Request {
  readonly algorithm?: string
  readonly signature?: string
  readonly body?: string
  readonly path?: string
}

function mac(body: string, key: Buffer, digest = 'sha256'): string {
  return createHmac(digest, key).update(body).digest('base64')
}

/** Requests of somebody who is no worker, and their status; `old` is a key that was replaced. */
function forgeries(current: Buffer, old: Buffer): ReadonlyArray<[string, Request, number]> {
  const algorithm = 'HmacSHA256'
  return [
    ['no signature', {}, 400],
    ['an algorithm and no signature', { algorithm }, 400],
    ['a signature and no algorithm', { signature: mac(tasks, current) }, 400],
    ['an unknown algorithm', { algorithm: 'HmacRot13', signature: mac(tasks, current) }, 400],
    [
      'an algorithm that is not allowed',
      { algorithm: 'HmacSHA1', signature: mac(tasks, current, 'sha1') },
      400,
    ],
    ['another spelling', { algorithm: 'hmacsha256', signature: mac(tasks, current) }, 400],
    ['no Base64', { algorithm, signature: '!?' }, 400],
    ['another key', { algorithm, signature: mac(tasks, randomBytes(32)) }, 403],
    ['a key of before', { algorithm, signature: mac(tasks, old) }, 403],
    ['the signature of another body', { algorithm, signature: mac('[]', current) }, 403],
    ['a signature cut short', { algorithm, signature: mac(tasks, current).slice(0, 20) }, 403],
    ['a huge body', { algorithm, signature: mac(tasks, current), body: huge }, 403],
    ['fencing without signature', { path: 'fence', body: '' }, 400],
    ['fencing with another key', { path: 'fence', algorithm, signature: mac('', old) }, 403],
  ]
}

async function send(url: string, request: Request) {
  const { algorithm, signature, body = tasks, path = 'tasks' } = request
  return await fetch(`${url}/connectors/good/${path}`, {
    method: path === 'tasks' ? 'POST' : 'PUT',
    body: path === 'tasks' ? body : null,
    headers: {
      'content-type': 'application/json',
      ...(algorithm === undefined ? {} : { 'X-Connect-Request-Signature-Algorithm': algorithm }),
      ...(signature === undefined ? {} : { 'X-Connect-Authorization': signature }),
    },
  })
}

const implementations: readonly Implementation[] = isApacheKafka()
  ? ['millrace', 'apache']
  : ['millrace']

for (const implementation of implementations) {
  test(`forged internal requests change nothing and tell nothing (${implementation})`, async (t) => {
    const cluster = await testCluster(t)
    const worker = await startWorker({
      bootstrap: cluster.bootstrap,
      folder: join(cluster.folder, 'first'),
      cluster: cluster.name,
      implementation,
      settings: { 'inter.worker.key.ttl.ms': '8000', 'heartbeat.interval.ms': '300' },
    })
    t.after(() => worker.kill())
    const config = isApacheKafka()
      ? { 'connector.class': 'FileStreamSource', topic: cluster.name, file: '/dev/null' }
      : datagen(cluster.name)
    assert.equal((await worker.rest('PUT', '/connectors/good/config', config)).status, 201)
    await reaches(worker, 'good', 'RUNNING,RUNNING')
    const before: readonly { readonly config: object }[] = (
      await worker.rest('GET', '/connectors/good/tasks')
    ).body
    let keys: readonly Buffer[] = []
    await eventually('the key was replaced', TIMEOUT_MS, async () => {
      keys = await sessionKeys(cluster.bootstrap, cluster.topic('config'))
      return keys.length > 1
    })
    const [current = Buffer.alloc(0), old = Buffer.alloc(0)] = keys.toReversed()
    for (const [what, request, status] of forgeries(current, old)) {
      const answer = await send(worker.url, request)
      assert.equal(answer.status, status, what)
      assert.doesNotMatch(await answer.text(), new RegExp(current.toString('base64').slice(0, 20)))
    }
    assert.deepEqual((await worker.rest('GET', '/connectors/good/tasks')).body, before)
    for (const secret of [...keys.map((key) => key.toString('base64')), 'of-the-forger']) {
      assert.ok(!worker.output().includes(secret), 'a secret is in the log')
    }
    await eventually('a worker with the newest key is heard', TIMEOUT_MS, async () => {
      const [key = old] = (await sessionKeys(cluster.bootstrap, cluster.topic('config'))).slice(-1)
      const body = JSON.stringify(before.map(({ config: task }) => task))
      const signed = { algorithm: 'HmacSHA256', signature: mac(body, key), body }
      return (await send(worker.url, signed)).ok
    })
  })
}

async function sessionKeys(bootstrap: string, topic: string): Promise<readonly Buffer[]> {
  const records = await readRecords(bootstrap, topic)
  return records.flatMap(({ key, value }) => {
    if (key !== 'session-key' || value === null) return []
    return [Buffer.from((JSON.parse(value) as { readonly key: string }).key, 'base64')]
  })
}
