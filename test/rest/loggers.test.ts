import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRest } from './fixture.ts'

test('levels are set for a namespace and everything below it', async () => {
  const rest = await startRest()
  const set = (logger: string, body: unknown) =>
    rest.call('PUT', `/admin/loggers/${logger}`, { body })
  assert.deepEqual((await set('acme.a', { level: 'debug' })).body, ['acme.a'])
  assert.deepEqual((await set('acme', { level: 'ERROR', more: 'x' })).body, ['acme', 'acme.a'])
  assert.deepEqual((await set('acme', { level: 'ERROR' })).body, [])
  const { body } = await rest.call('GET', '/admin/loggers/acme.a')
  assert.equal((body as { level: string }).level, 'ERROR')
  assert.equal(typeof (body as { last_modified: number }).last_modified, 'number')
  await set('acme.a', { level: 'OFF' })
  const all = (await rest.call('GET', '/admin/loggers')).body as object
  assert.deepEqual(new Set(Object.keys(all)), new Set(['acme', 'root']))
  const cluster = await rest.call('PUT', '/admin/loggers/b?scope=CLUSTER', {
    body: { level: 'WARN' },
  })
  assert.deepEqual([cluster.status, cluster.body], [204, null])
  await rest.server.close()
})

const refused: ReadonlyArray<[body: unknown, status: number, message: string]> = [
  [{}, 400, "Desired 'level' parameter was not specified in request."],
  [{ level: null }, 400, "Desired 'level' parameter was not specified in request."],
  [{ level: '' }, 500, 'Illegal null or empty Level name.'],
  [{ level: 'BAD' }, 404, "invalid log level 'BAD'."],
]
for (const [body, status, message] of refused) {
  test(`level ${JSON.stringify(body)} is refused`, async () => {
    const rest = await startRest()
    const reply = await rest.call('PUT', '/admin/loggers/a', { body })
    assert.deepEqual([reply.status, reply.body], [status, { error_code: status, message }])
    await rest.server.close()
  })
}

test('an unknown logger is not found, root is known in any case', async () => {
  const rest = await startRest()
  assert.deepEqual((await rest.call('GET', '/admin/loggers/none')).body, {
    error_code: 404,
    message: 'Logger none not found.',
  })
  assert.equal((await rest.call('GET', '/admin/loggers/ROOT')).status, 200)
  await rest.server.close()
})
