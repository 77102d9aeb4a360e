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

/** Commits `a` with an offset, aborts `b` with another, commits `c`; then a second one fences it. */
const source = `
import java.util.Map;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringSerializer;
class Transactional {
  static KafkaProducer<String, String> producer(String bootstrap) {
    var settings = Map.<String, Object>of(
        "bootstrap.servers", bootstrap, "transactional.id", "letters", "max.block.ms", "10000");
    var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    producer.initTransactions();
    return producer;
  }
  public static void main(String[] args) {
    var producer = producer(args[0]);
    long offset = 0;
    for (String value : new String[] {"a", "b", "c"}) {
      producer.beginTransaction();
      for (int index = 0; index < 3; index++) {
        producer.send(new ProducerRecord<>("letters", 0, null, value + index));
      }
      producer.flush();
      if (!value.equals("c")) {
        producer.sendOffsetsToTransaction(
            Map.of(new TopicPartition("letters", 0), new OffsetAndMetadata(++offset)),
            new ConsumerGroupMetadata("readers"));
      }
      if (value.equals("b")) producer.abortTransaction();
      else producer.commitTransaction();
    }
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("letters", 0, null, "d"));
    producer.flush();
    var second = producer(args[0]);
    try {
      producer.commitTransaction();
      System.out.println("not fenced");
    } catch (ProducerFencedException expected) {
      System.out.println("fenced");
    }
    Runtime.getRuntime().halt(0);
  }
}
`

test('a transactional Java producer commits, aborts, and is fenced', async (t) => {
  const folder = temporaryFolder()
  const broker = await startBroker()
  t.after(async () => {
    await broker.stop()
    folder.remove()
  })
  const file = join(folder.path, 'Transactional.java')
  writeFileSync(file, source)
  const classPath = join(kafkaHome, 'lib', '*')
  const java = promisify(execFile)
  const { stdout } = await java('java', ['-cp', classPath, file, broker.bootstrap])
  assert.equal(stdout.trim(), 'fenced')
  const clients = clientsOf()
  const records = await readAll(clients, broker.bootstrap, 'letters', 6, {
    'isolation.level': 'read_committed',
  })
  assert.deepEqual(
    records.map(({ value }) => value),
    ['a0', 'a1', 'a2', 'c0', 'c1', 'c2'],
  )
  const admin = clients.admin({ 'bootstrap.servers': broker.bootstrap })
  const offsets = await admin.groupOffsets('readers')
  await admin.close()
  assert.deepEqual(offsets, [{ topic: 'letters', partition: 0, offset: 1 }])
})
