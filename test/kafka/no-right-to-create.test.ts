import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ApacheKafka, freePort, kafkaHome, startApacheKafka } from '../helpers/apache-kafka.ts'
import { eventually } from '../helpers/eventually.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const TIMEOUT_MS = 120_000
const jaas = (options: string) =>
  `org.apache.kafka.common.security.plain.PlainLoginModule required ${options};`
const folder = temporaryFolder()
let kafka: ApacheKafka
let worker: Worker

/** A worker whose user may do anything but create topics. */
before(async () => {
  const login = await freePort()
  kafka = await startApacheKafka((port) => [
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${port + 1},LOGIN://127.0.0.1:${login}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port},LOGIN://127.0.0.1:${login}`,
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,LOGIN:SASL_PLAINTEXT',
    'listener.name.login.sasl.enabled.mechanisms=PLAIN',
    `listener.name.login.plain.sasl.jaas.config=${jaas('user_alice="secret"')}`,
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users=User:ANONYMOUS',
  ])
  allow('--topic', ['Read', 'Write', 'Describe', 'DescribeConfigs'])
  allow('--group', ['All'])
  const security = {
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': jaas('username="alice" password="secret"'),
  }
  const prefixes = ['', 'producer.', 'consumer.', 'admin.']
  const entries = Object.entries(security)
  const settings = Object.fromEntries(
    prefixes.flatMap((prefix) => entries.map(([key, value]) => [prefix + key, value])),
  )
  worker = await startWorker({
    ...{ bootstrap: `127.0.0.1:${login}`, folder: folder.path, settings },
  })
  writeFileSync(join(folder.path, 'lines'), 'one\n')
})
after(async () => {
  await worker.kill()
  await kafka.stop()
  folder.remove()
})

function allow(resource: string, operations: readonly string[]): void {
  execFileSync('java', [
    ...['-Xmx128m', '-cp', join(kafkaHome, 'lib', '*'), 'org.apache.kafka.tools.AclCommand'],
    ...['--bootstrap-server', kafka.bootstrap, '--add', '--allow-principal', 'User:alice'],
    ...operations.flatMap((operation) => ['--operation', operation]),
    ...[resource, '*'],
  ])
}

const source = {
  'connector.class': 'FileStreamSource',
  file: join(folder.path, 'lines'),
}
const refusal =
  'failed with TOPIC_AUTHORIZATION_FAILED: the client may not use this topic; check the ACLs'
const cases: Readonly<Record<string, readonly [config: Record<string, string>, trace: string]>> = {
  'a topic of topic.creation': [
    {
      ...{ ...source, topic: 'created' },
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
    },
    `Unable to create topic(s) 'created': creating topic created ${refusal}`,
  ],
  'a topic that the broker would create': [
    { ...source, topic: 'automatic' },
    `Can't send to topic automatic: topic automatic ${refusal}`,
  ],
  'the topic of a dead letter queue': [
    {
      'connector.class': 'FileStreamSink',
      ...{ topics: 'any', file: join(folder.path, 'out'), 'errors.tolerance': 'all' },
      'errors.deadletterqueue.topic.name': 'letters',
      'errors.deadletterqueue.topic.replication.factor': '1',
    },
    `Could not initialize dead letter queue with topic=letters: creating topic letters ${refusal}`,
  ],
}

for (const [what, [config, reason]] of Object.entries(cases)) {
  test(`${what} fails the task at once, and says what the user lacks`, async () => {
    const name = what.replaceAll(' ', '-')
    await worker.rest('PUT', `/connectors/${name}/config`, config)
    let trace = ''
    await eventually(`${name} failed`, TIMEOUT_MS, async () => {
      const { body } = await worker.rest('GET', `/connectors/${name}/status`)
      trace = (body as { tasks?: Array<{ trace?: string }> }).tasks?.[0]?.trace ?? ''
      return trace !== ''
    })
    assert.ok(trace.includes(reason), trace)
  })
}
