import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Apicurio, sharedApicurio } from '../helpers/apicurio.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { askRegistry } from '../helpers/registry-converter.ts'
import { sharedTestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const TIMEOUT_MS = 90_000

let registry: Apicurio
let broker: Awaited<ReturnType<typeof sharedTestBroker>>
let worker: Worker
const folder = temporaryFolder()
const file = (name: string) => join(folder.path, name)
const unique = (name: string) => `${name}-${process.pid}-${Date.now()}`

before(async () => {
  registry = await sharedApicurio()
  broker = await sharedTestBroker()
  worker = await startWorker({ bootstrap: broker.bootstrap, folder: folder.path })
})
after(async () => {
  try {
    await worker.kill()
  } finally {
    await broker.stop()
    await registry.stop()
    folder.remove()
  }
})

const protobuf = 'io.confluent.connect.protobuf.ProtobufConverter'
const jsonSchema = 'io.confluent.connect.json.JsonSchemaConverter'

/** Both halves of a record by way of the registry. */
const by = (converter: string) => ({
  'key.converter': converter,
  'key.converter.schema.registry.url': registry.url,
  'value.converter': converter,
  'value.converter.schema.registry.url': registry.url,
})

async function create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
  const { status, body } = await worker.rest('POST', '/connectors', { name, config })
  assert.equal(status, 201, JSON.stringify(body))
}

function linesOf(name: string): string[] {
  return readLines(file(name))
}

for (const [name, converter, language] of [
  ['protobuf', protobuf, 'PROTOBUF'],
  ['json', jsonSchema, 'JSON'],
] as const) {
  test(`records with fields go through a topic by the ${name} converter`, async () => {
    const topic = unique(`${name}-records`)
    await create(unique('datagen'), {
      'connector.class': 'io.confluent.kafka.connect.datagen.DatagenConnector',
      'kafka.topic': topic,
      quickstart: 'orders',
      'max.interval': '1',
      iterations: '200',
      ...by(converter),
    })
    await create(unique('sink'), {
      'connector.class': 'FileStreamSink',
      topics: topic,
      file: file(`${name}.txt`),
      ...by(converter),
    })
    await eventually('all to arrive', TIMEOUT_MS, () => linesOf(`${name}.txt`).length === 200)
    assert.match(
      linesOf(`${name}.txt`)[199] ?? '',
      /^Struct\{ordertime=\d+,orderid=199,itemid=Item_/,
    )
    const { schemaType } = await askRegistry<{ schemaType: string }>(
      registry.url,
      'GET',
      `/subjects/${topic}-value/versions/latest`,
    )
    assert.equal(schemaType, language)
  })

  test(`lines of a file come out of the ${name} converter as they went in`, async () => {
    const topic = unique(`${name}-lines`)
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index} of Zoë`)
    appendFileSync(file(`${name}-in.txt`), `${lines.join('\n')}\n`)
    await create(unique('source'), {
      'connector.class': 'FileStreamSource',
      topic,
      file: file(`${name}-in.txt`),
      ...by(converter),
    })
    await create(unique('sink'), {
      'connector.class': 'FileStreamSink',
      topics: topic,
      file: file(`${name}-out.txt`),
      ...by(converter),
    })
    await eventually('all to arrive', TIMEOUT_MS, () => linesOf(`${name}-out.txt`).length === 300)
    assert.deepEqual(linesOf(`${name}-out.txt`), lines)
  })

  test(`the settings of the ${name} converter are listed; what it lacks is refused`, async () => {
    const refused = name === 'protobuf' ? 'derive.type' : 'json.indent.output'
    const own = name === 'protobuf' ? 'optional.for.nullables' : 'use.optional.for.nonrequired'
    const config = {
      name: unique('refused'),
      'connector.class': 'FileStreamSource',
      topic: 'none',
      file: file('none.txt'),
      ...by(converter),
      [`value.converter.${own}`]: 'true',
      [`value.converter.${refused}`]: 'true',
    }
    const path = '/connector-plugins/FileStreamSource/config/validate'
    const report = await worker.rest('PUT', path, config)
    const { configs } = report.body as { configs: { value: Setting }[] }
    const setting = (key: string) =>
      configs.find(({ value }) => value.name === `value.converter.${key}`)?.value
    assert.equal(setting(own)?.value, 'true')
    assert.match(setting(refused)?.errors[0] ?? '', /not supported: /)
    const { status, body } = await worker.rest('POST', '/connectors', { name: config.name, config })
    assert.equal(status, 400)
    assert.match(JSON.stringify(body), new RegExp(`configuration ${refused}: not supported: `))
  })
}

interface Setting {
  readonly name: string
  readonly value: string | null
  readonly errors: readonly string[]
}
