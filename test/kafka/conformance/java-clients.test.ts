import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { kafkaHome } from '../../helpers/apache-kafka.ts'
import { eventually } from '../../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  clientsOf,
  produceAll,
  readAll,
  readable,
  recordingListener,
  sourceProducer,
  unique,
} from './support.ts'

const clients = clientsOf()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>

before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

/** Runs a command-line tool of Apache Kafka; resolves with what it prints. */
async function java(tool: string, args: readonly string[], input = ''): Promise<string> {
  const classPath = join(kafkaHome, 'lib', '*')
  const command = spawn('java', ['-cp', classPath, `org.apache.kafka.tools.${tool}`, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  command.stdin.on('error', () => {}) // it may end without reading
  command.stdin.end(input)
  const exit = once(command, 'exit')
  const [output, errors] = await Promise.all([text(command.stdout), text(command.stderr)])
  assert.deepEqual(await exit, [0, null], errors)
  return output
}

const consoleConsumer = (topic: string, count: number, ...more: readonly string[]) =>
  java('consumer.ConsoleConsumer', [
    ...['--bootstrap-server', kafka.bootstrap, '--topic', topic, '--from-beginning'],
    ...['--max-messages', String(count), '--timeout-ms', '240000'],
    ...more,
  ])

test('the Java consumer reads what is produced here, in every codec', async (t) => {
  const topic = unique('to-java')
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    const producer = clients.producer(
      sourceProducer(kafka.bootstrap, {
        'compression.type': codec,
        'enable.idempotence': String(codec === 'none'),
      }),
    )
    t.after(() => producer.close(0))
    const headers = [
      { key: 'codec', value: Buffer.from(codec) },
      { key: 'none', value: null },
    ]
    await produceAll(producer, topic, [
      { key: `${codec}-ü`, value: 'v'.repeat(200), timestamp: 1_700_000_000_000, headers },
      { value: 'no key' },
    ])
  }
  const properties = ['print.timestamp', 'print.headers', 'print.key', 'print.offset']
  const output = await consoleConsumer(
    topic,
    10,
    ...properties.flatMap((name) => ['--formatter-property', `${name}=true`]),
  )
  const lines = output.trim().split('\n')
  assert.equal(lines.length, 10)
  for (const [index, codec] of ['none', 'gzip', 'snappy', 'lz4', 'zstd'].entries()) {
    const offset = 2 * index
    assert.equal(
      lines[offset],
      `CreateTime:1700000000000\tOffset:${offset}\tcodec:${codec},none:null\t${codec}-ü\t${'v'.repeat(200)}`,
    )
    assert.match(lines[offset + 1] ?? '', /\tNO_HEADERS\tnull\tno key$/)
  }
})

test('what the Java producer sends is read here, in every codec', async () => {
  const topic = unique('from-java')
  const lines = Array.from({ length: 300 }, (_, index) => `k${index}:value ${index} ü`)
  let expected: string[] = []
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    await java(
      'ConsoleProducer',
      [
        ...['--bootstrap-server', kafka.bootstrap, '--topic', topic, '--compression-codec', codec],
        ...['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:'],
      ],
      `${lines.join('\n')}\n`,
    )
    expected = [...expected, ...lines]
  }
  const records = await readAll(clients, kafka.bootstrap, topic, expected.length)
  assert.deepEqual(
    records.map(({ key, value }) => `${key}:${value}`),
    expected,
  )
})

for (const strategy of ['Range', 'RoundRobin', 'CooperativeSticky']) {
  test(`a member here and a Java member share the partitions of a topic, ${strategy}`, async (t) => {
    const topic = unique(`with-java-${strategy}`)
    const admin = clients.admin({ 'bootstrap.servers': kafka.bootstrap })
    t.after(() => admin.close())
    await admin.createTopics([{ name: topic, partitions: 4, replicationFactor: 1 }])
    const assignor = `org.apache.kafka.clients.consumer.${strategy}Assignor`
    const consumer = clients.consumer({
      'bootstrap.servers': kafka.bootstrap,
      'group.id': topic,
      'heartbeat.interval.ms': '300',
      'auto.offset.reset': 'earliest',
      'partition.assignment.strategy': assignor,
    })
    t.after(() => consumer.close())
    const values = new Set<string | null>()
    const share = (partitions: number) =>
      eventually(`${partitions} partitions`, 240_000, async () => {
        for (const fetched of await consumer.poll(100)) {
          for (const { value } of readable(fetched)) values.add(value)
        }
        return consumer.assignment().length === partitions
      })
    await consumer.subscribe([topic], recordingListener([]))
    await share(4)
    const printed = consoleConsumer(
      topic,
      2,
      ...['--group', topic, '--command-property', `partition.assignment.strategy=${assignor}`],
    )
    await share(2)
    const producer = clients.producer(sourceProducer(kafka.bootstrap))
    t.after(() => producer.close(0))
    const sent = Array.from({ length: 4 }, (_, partition) => ({ value: `${partition}`, partition }))
    await produceAll(producer, topic, sent)
    // The Java member leaves after two records.
    await share(4)
    for (const value of (await printed).trim().split('\n')) values.add(value)
    assert.deepEqual(values, new Set(['0', '1', '2', '3']))
  })
}
