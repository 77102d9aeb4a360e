import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { startBroker } from '../../../src/broker/index.ts'
import { kafkaHome } from '../../helpers/apache-kafka.ts'

test('DumpLogSegments finds nothing wrong with the files of the broker', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-segments-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const broker = await startBroker({
    dataDir: folder,
    settings: { 'internal.segment.bytes': '20000' },
  })
  const kafka = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ allowAutoTopicCreation: true })
  await producer.connect()
  for (let index = 0; index < 500; index++) {
    const compression = index % 2 === 0 ? CompressionTypes.None : CompressionTypes.GZIP
    const messages = [{ key: `k${index}`, value: 'v'.repeat(index) }]
    await producer.send({ topic: 'lines', compression, messages })
  }
  await producer.disconnect()
  await broker.stop()

  const files = globSync('lines-0/*.{log,index,timeindex}', { cwd: folder })
  assert.ok(files.length > 6)
  const dumped = execFileSync(
    'java',
    [
      ...['-cp', join(kafkaHome, 'lib/*'), 'org.apache.kafka.tools.DumpLogSegments'],
      ...['--deep-iteration', '--files', files.map((file) => join(folder, file)).join()],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 },
  )
  const batches = dumped.match(/^baseOffset: .* isvalid: true$/gm) ?? []
  assert.equal(batches.length, 500)
  assert.doesNotMatch(dumped, /isvalid: false|Mismatches|invalid bytes|not monotonically|Found/)
})
