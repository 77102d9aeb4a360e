import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startBroker } from '../../../src/broker/index.ts'
import { kafkaHome } from '../../helpers/apache-kafka.ts'
import { temporaryFolder } from '../../helpers/worker.ts'
import { clientsOf, readAll } from '../conformance/support.ts'

const source = `
import java.util.Map;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.StringSerializer;
class Idempotent {
  public static void main(String[] args) {
    var settings = Map.<String, Object>of(
        "bootstrap.servers", args[0], "enable.idempotence", "true", "max.block.ms", "10000");
    var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    for (int index = 0; index < 1000; index++) {
      producer.send(new ProducerRecord<>("numbers", null, "" + index));
      if (index % 100 == 0) producer.flush();
    }
    producer.close();
  }
}
`

test('an idempotent Java producer writes every record once and in order', async (t) => {
  const folder = temporaryFolder()
  const broker = await startBroker()
  t.after(async () => {
    await broker.stop()
    folder.remove()
  })
  const file = join(folder.path, 'Idempotent.java')
  writeFileSync(file, source)
  const classPath = join(kafkaHome, 'lib', '*')
  await promisify(execFile)('java', ['-cp', classPath, file, broker.bootstrap])
  const records = await readAll(clientsOf(), broker.bootstrap, 'numbers', 1000)
  assert.deepEqual(
    records.map(({ value }) => value),
    Array.from({ length: 1000 }, (_, index) => String(index)),
  )
})
