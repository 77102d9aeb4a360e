import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '../../../src/broker/index.ts'
import { readChecks } from '../../clients/check-result.ts'
import { command } from '../../clients/client.ts'
import { javaClients } from '../../clients/java-clients.ts'
import { makeIdentity } from '../../helpers/certificates.ts'

test("Apache Kafka's Java clients log in over TLS, and everything works as without", async (t) => {
  const tls = makeIdentity('broker')
  const broker = await startBroker({ tls, sasl: { users: { alice: 'secret' } } })
  t.after(() => broker.stop())
  const props = {
    'security.protocol': 'SASL_SSL',
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': tls.cert,
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required username="alice" password="secret";',
  }
  const [client] = javaClients
  assert.ok(client !== undefined)
  await client.install()
  const [java = '', ...args] = client.command
  const settings = Object.entries(props).map(([key, value]) => `${key}=${value}`)
  const checks = readChecks(await command(java, [...args, ...settings, broker.bootstrap]))
  assert.ok(checks.length > 50, `${checks.length} checks`)
  assert.deepEqual(
    checks.filter(({ problem }) => problem !== null),
    [],
  )
})
