import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startBroker } from '../../../src/broker/index.ts'
import { fetchKafka, kafkaHome, sharedApacheKafka } from '../../helpers/apache-kafka.ts'
import { makeIdentity } from '../../helpers/certificates.ts'

const run = promisify(execFile)

/** Checks that failed on a broker, and how many there are. */
async function javaChecks(
  bootstrap: string,
  props: Readonly<Record<string, string>> = {},
): Promise<{ failed: string[]; count: number }> {
  fetchKafka()
  const program = join(import.meta.dirname, 'Clients.java')
  const args = [bootstrap, ...Object.entries(props).map(([key, value]) => `${key}=${value}`)]
  const { stdout } = await run('java', ['-cp', join(kafkaHome, 'lib/*'), program, ...args])
  const lines = stdout.split('\n').filter((line) => /^(?:ok|failed) /.test(line))
  return { failed: lines.filter((line) => line.startsWith('failed')), count: lines.length }
}

test("Apache Kafka's Java clients work with the embedded broker", async () => {
  const broker = await startBroker()
  try {
    assert.deepEqual(await javaChecks(broker.bootstrap), { failed: [], count: 23 })
  } finally {
    await broker.stop()
  }
})

test("Apache Kafka's Java clients log in over TLS", async () => {
  const tls = makeIdentity('broker')
  const broker = await startBroker({ tls, sasl: { users: { alice: 'secret' } } })
  const props = {
    'security.protocol': 'SASL_SSL',
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': tls.cert,
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required username="alice" password="secret";',
  }
  try {
    assert.deepEqual(await javaChecks(broker.bootstrap, props), { failed: [], count: 23 })
  } finally {
    await broker.stop()
  }
})

test('the same checks pass on Apache Kafka', async () => {
  const kafka = await sharedApacheKafka()
  try {
    assert.deepEqual(await javaChecks(kafka.bootstrap), { failed: [], count: 23 })
  } finally {
    await kafka.stop()
  }
})
