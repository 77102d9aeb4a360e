import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { installPlugin } from '../helpers/plugin-folder.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const folder = temporaryFolder()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let worker: Worker

before(async () => {
  kafka = await sharedTestBroker()
  const samples = { kind: 'source', class: 'org.acme.SamplesConnector' }
  worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    settings: {
      'plugin.path': installPlugin(folder.path, 'test/integration/plugins/samples.ts', [samples]),
    },
  })
})
after(async () => {
  try {
    await worker.kill()
  } finally {
    await kafka.stop()
    folder.remove()
  }
})

interface Info {
  readonly definition: Readonly<Record<string, unknown>>
  readonly value: {
    readonly name: string
    readonly value: string | null
    readonly recommended_values: readonly string[]
    readonly errors: readonly string[]
    readonly visible: boolean
  }
}

interface Answer {
  readonly error_count: number
  readonly groups: readonly string[]
  readonly configs: readonly Info[]
}

async function validate(config: Readonly<Record<string, string>>): Promise<Answer> {
  const path = '/connector-plugins/SamplesConnector/config/validate'
  const all = { 'connector.class': 'SamplesConnector', name: 'samples', ...config }
  const { status, body } = await worker.rest('PUT', path, all)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

function infoOf(answer: Answer, name: string): Info {
  const info = answer.configs.find(({ value }) => value.name === name)
  assert.ok(info, `${name} is not in the answer`)
  return info
}

test('a definition in TypeScript shows all of it', async () => {
  const answer = await validate({ topic: 'orders', samples: 'AA==' })
  assert.equal(answer.error_count, 0)
  assert.deepEqual(answer.groups.slice(-2), ['Target', 'Samples'])
  assert.deepEqual(infoOf(answer, 'encoding'), {
    definition: {
      name: 'encoding',
      type: 'STRING',
      required: false,
      default_value: 'base64',
      importance: 'MEDIUM',
      documentation: 'How samples are written.',
      group: 'Samples',
      width: 'SHORT',
      display_name: 'Encoding',
      dependents: ['samples', 'hex.case'],
      order_in_group: 1,
    },
    value: {
      name: 'encoding',
      value: 'base64',
      recommended_values: [],
      errors: [],
      visible: true,
    },
  })
  const types = ['most.bytes', 'first.id', 'port', 'share', 'strict', 'key', 'codec', 'samples']
  assert.deepEqual(
    types.map((name) => infoOf(answer, name).definition['type']),
    ['INT', 'LONG', 'SHORT', 'DOUBLE', 'BOOLEAN', 'PASSWORD', 'CLASS', 'LIST'],
  )
})

test('recommenders suggest values and hide what another setting makes useless', async () => {
  const base64 = await validate({ topic: 'orders', samples: 'AA==' })
  assert.deepEqual(infoOf(base64, 'samples').value.recommended_values, ['AA==', '/w=='])
  assert.equal(infoOf(base64, 'hex.case').value.visible, false)
  const hex = await validate({ topic: 'orders', samples: '00', encoding: 'hex' })
  assert.equal(infoOf(hex, 'hex.case').value.visible, true)
  assert.deepEqual(infoOf(hex, 'hex.case').value.recommended_values, ['lower', 'upper'])
})

test('types, validators and what is missing are all told at once', async () => {
  const answer = await validate({ topic: ' ', encoding: 'rot13', 'most.bytes': '0', port: '70000' })
  assert.deepEqual(
    ['topic', 'encoding', 'samples', 'most.bytes', 'port'].map((name) => [
      name,
      infoOf(answer, name).value.errors,
    ]),
    [
      ['topic', ['Invalid value  for configuration topic: String must be non-empty']],
      [
        'encoding',
        ['Invalid value rot13 for configuration encoding: String must be one of: base64, hex'],
      ],
      ['samples', ['Missing required configuration "samples" which has no default value.']],
      ['most.bytes', ['Invalid value 0 for configuration most.bytes: Value must be at least 1']],
      ['port', ['Invalid value 70000 for configuration port: Not a number of type SHORT']],
    ],
  )
  assert.equal(answer.error_count, 5)
})

test("the connector's own check adds to the report", async () => {
  const answer = await validate({ topic: 'orders', samples: 'AAAA,AA==', 'most.bytes': '2' })
  assert.equal(answer.error_count, 1)
  assert.deepEqual(infoOf(answer, 'samples').value.errors, [
    'AAAA has 3 bytes, most.bytes allows 2',
  ])
  const { status, body } = await worker.rest('POST', '/connectors', {
    name: 'refused',
    config: {
      'connector.class': 'SamplesConnector',
      topic: 'orders',
      samples: 'AAAA',
      'most.bytes': '2',
    },
  })
  assert.equal(status, 400)
  assert.match((body as { message: string }).message, /AAAA has 3 bytes, most\.bytes allows 2/)
})

test('settings beyond the reference are only told of where they are given', async () => {
  const cast = {
    transforms: 'c',
    'transforms.c.type': 'org.apache.kafka.connect.transforms.Cast$Value',
    'transforms.c.spec': 'a:int8',
  }
  const name = 'transforms.c.field.syntax.version'
  const names = (answer: Answer) => answer.configs.map(({ value }) => value.name)
  const without = await validate({ topic: 'orders', samples: 'AA==', ...cast })
  assert.ok(!names(without).includes(name))
  const given = await validate({ topic: 'orders', samples: 'AA==', ...cast, [name]: 'V3' })
  assert.deepEqual(infoOf(given, name).value.errors, [
    `Invalid value V3 for configuration field.syntax.version: String must be one of (case insensitive): V1, V2`,
  ])
  const path = '/connector-plugins/Cast$Value/config'
  const { body } = await worker.rest(
    'GET',
    path.replace('Cast', 'org.apache.kafka.connect.transforms.Cast'),
  )
  assert.deepEqual(
    (body as ReadonlyArray<{ name: string }>).map((each) => each.name),
    ['spec', 'replace.null.with.default'],
  )
})
