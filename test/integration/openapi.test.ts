import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { eventually } from '../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

interface Content {
  readonly content?: { readonly 'application/json': { readonly schema: { readonly $ref: string } } }
}
interface Operation {
  readonly operationId: string
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const folder = temporaryFolder()
const file = join(folder.path, 'in.txt')
const config = {
  name: 'described',
  'connector.class': 'FileStreamSource',
  file,
  topic: `openapi-${process.pid}`,
}
const offsets = { offsets: [{ partition: { filename: file }, offset: { position: 0 } }] }
const plugin = '/connector-plugins/FileStreamSource/config'

/** Calls in an order in which each has something to answer. */
const calls: ReadonlyArray<readonly [method: string, path: string, status: number, body?: object]> =
  [
    ['GET', '/', 200],
    ['GET', '/health', 200],
    ['POST', '/connectors', 201, { name: 'described', config }],
    ['POST', '/connectors', 409, { name: 'described', config }],
    ['GET', '/connectors', 200],
    ['GET', '/connectors?expand=info&expand=status', 200],
    ['GET', '/connectors/described', 200],
    ['GET', '/connectors/described/config', 200],
    ['PATCH', '/connectors/described/config', 200, { 'batch.size': '10' }],
    ['PUT', '/connectors/described/config', 200, config],
    ['GET', '/connectors/described/tasks', 200],
    ['GET', '/connectors/described/tasks/0/status', 200],
    ['POST', '/connectors/described/tasks/0/restart', 204],
    ['POST', '/connectors/described/restart', 204],
    ['POST', '/connectors/described/restart?includeTasks=true', 202],
    ['PUT', '/connectors/described/pause', 202],
    ['PUT', '/connectors/described/resume', 202],
    ['PUT', '/connectors/described/stop', 204],
    ['GET', '/connectors/described/status', 200],
    ['PATCH', '/connectors/described/offsets', 200, offsets],
    ['GET', '/connectors/described/offsets', 200],
    ['DELETE', '/connectors/described/offsets', 200],
    ['GET', '/connectors/described/topics', 200],
    ['PUT', '/connectors/described/topics/reset', 202],
    ['GET', '/connector-plugins?connectorsOnly=false', 200],
    ['GET', plugin, 200],
    ['PUT', `${plugin}/validate`, 200, config],
    ['PUT', `${plugin}/validate`, 200, { ...config, nonsense: 'x', topic: '' }],
    ['GET', '/admin/loggers', 200],
    ['GET', '/admin/loggers/root', 200],
    ['PUT', '/admin/loggers/root', 200, { level: 'INFO' }],
    ['PUT', '/admin/loggers/root?scope=cluster', 204, { level: 'INFO' }],
    ['DELETE', '/connectors/described', 204],
    ['DELETE', '/connectors/described', 404],
  ]

describe('GET /openapi.json', () => {
  let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
  let worker: Worker
  let document: Document
  const ajv = new Ajv2020({ strict: false })
  const called = new Set<string>()

  before(async () => {
    writeFileSync(file, 'one\n')
    kafka = await sharedTestBroker()
    worker = await startWorker({
      bootstrap: kafka.bootstrap,
      folder: folder.path,
      settings: { 'millrace.rest.extras': 'true' },
    })
    document = (await worker.rest('GET', '/openapi.json')).body as Document
    ajv.addSchema(document, 'openapi')
  })
  after(async () => {
    try {
      await worker.kill()
    } finally {
      await kafka.stop()
      folder.remove()
    }
  })

  const assertMatches = (described: Content | undefined, value: unknown) => {
    const schema = described?.content?.['application/json'].schema.$ref ?? null
    assert.equal(value === '' || value === null || value === undefined, schema === null)
    if (schema === null) return
    const validate = ajv.getSchema(`openapi${schema}`)
    assert.ok(validate, `${schema} is in the document`)
    assert.equal(validate(value), true, ajv.errorsText(validate.errors))
  }

  for (const [method, path, status, body] of calls) {
    test(`describes ${method} ${path} with ${status}`, async () => {
      const operation = operationOf(document, method, path)
      assertMatches(operation.requestBody, body)
      const reply = await worker.rest(method, path, body)
      assert.equal(reply.status, status, JSON.stringify(reply.body))
      assertMatches(operation.responses[status] ?? operation.responses['default'], reply.body)
      called.add(operation.operationId)
      if (path.endsWith('/stop')) await stopped(worker)
    })
  }

  test('the version begins as that of the API does, for tools that ask what it can do', async () => {
    const { version } = (await worker.rest('GET', '/')).body as { readonly version: string }
    assert.match(version, /^4\.3\.1-millrace-\d+\.\d+\.\d+$/)
  })

  test('each operation that answers JSON was called', () => {
    assert.equal(document.openapi, '3.1.0')
    const all = Object.values(document.paths).flatMap((path) => Object.values(path))
    const json = all.filter(({ responses }) => !('text/plain' in (responses[200]?.content ?? {})))
    const ids = json.map(({ operationId }) => operationId)
    assert.deepEqual(new Set(ids), called)
    assert.equal(ids.length, called.size)
  })
})

function stopped(worker: Worker): Promise<unknown> {
  return eventually('it has stopped', 60_000, async () => {
    const { body } = await worker.rest('GET', '/connectors/described/status')
    const { connector, tasks } = body as {
      readonly connector: { readonly state: string }
      readonly tasks: readonly unknown[]
    }
    return connector.state === 'STOPPED' && tasks.length === 0
  })
}

function operationOf({ paths }: Document, method: string, path: string): Operation {
  const parts = path.split(/[/?]/)
  const template = Object.keys(paths)
    .filter((candidate) => candidate.split('/').length === path.split('?', 1)[0]?.split('/').length)
    .find((candidate) =>
      candidate.split('/').every((part, index) => part === parts[index] || part.startsWith('{')),
    )
  const operation = paths[template ?? '']?.[method.toLowerCase()]
  assert.ok(operation, `${method} ${path} is described`)
  return operation
}
