import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'node:test'
import { freePort } from '../../helpers/apache-kafka.ts'
import { eventually } from '../../helpers/eventually.ts'
import { datagen, idOf, partsOf, prints, TIMEOUT_MS, testCluster } from './workers.ts'

const names = ['a', 'b', 'c', 'd']

test('tasks of a follower that does not reach its leader start as soon as it does', async (t) => {
  const cluster = await testCluster(t)
  const advertised = await freePort()
  const leader = await cluster.join('leader', { 'rest.advertised.port': String(advertised) })
  const follower = await cluster.join('follower', {
    'millrace.rest.rebalance.wait.ms': '1000',
  })
  for (const name of names) {
    const { status } = await leader.rest('PUT', `/connectors/${name}/config`, datagen(cluster.name))
    assert.equal(status, 201)
  }
  const parts = async () => {
    return (await Promise.all(names.map((name) => partsOf(follower, name)))).flat()
  }
  await eventually('connectors run on both, with the tasks of one', TIMEOUT_MS, async () => {
    const all = await parts()
    const here = all.filter((part) => part.worker_id === idOf(follower))
    return all.length === 6 && here.length >= 2
  })
  const url = `http://127.0.0.1:${advertised}/`
  const line = new RegExp(
    `New tasks can't be published: the leader at ${url} can't be reached: .*ECONNREFUSED.*rest\\.advertised\\.host\\.name.*Next try in \\d+ ms`,
  )
  await prints(follower, line)
  const start = performance.now()
  const { status, body } = await follower.rest('PUT', '/connectors/e/config', datagen(cluster.name))
  assert.equal(status, 500)
  assert.match(
    (body as { readonly message: string }).message,
    /^IO Error trying to forward REST request: .*rest\.advertised\.host\.name/,
  )
  assert.ok(performance.now() - start < 30_000)

  const proxy = createServer((socket) => {
    const onward = connect(Number(new URL(leader.url).port), '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const end of [socket, onward]) end.on('error', () => {})
    t.after(() => socket.destroy())
  })
  t.after(() => proxy.close())
  await once(proxy.listen(advertised, '127.0.0.1'), 'listening')
  await eventually('all tasks run', TIMEOUT_MS, async () => {
    const all = await parts()
    return all.length === 8 && all.every(({ state }) => state === 'RUNNING')
  })
  const there = await follower.rest('PUT', '/connectors/e/config', datagen(cluster.name))
  assert.equal(there.status, 201)
})
