import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startBroker } from '../../../src/broker/index.ts'
import { kafkaHome } from '../../helpers/apache-kafka.ts'
import { temporaryFolder } from '../../helpers/worker.ts'

/** Leaves a transaction open, looks at it, and ends it by hand; then fences its producer. */
const source = `
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
class Administrator {
  public static void main(String[] args) throws Exception {
    var producer = new KafkaProducer<>(
        Map.<String, Object>of("bootstrap.servers", args[0], "transactional.id", "letters"),
        new StringSerializer(), new StringSerializer());
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("letters", 0, null, "a"));
    producer.flush();
    try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", args[0]))) {
      var described = admin.describeTransactions(List.of("letters")).description("letters").get();
      System.out.println(described.state() + " " + described.topicPartitions());
      for (var one : admin.listTransactions().all().get()) {
        System.out.println(one.transactionalId() + " " + one.state());
      }
      var partition = new TopicPartition("letters", 0);
      var open = admin.describeProducers(List.of(partition)).partitionResult(partition).get()
          .activeProducers().get(0);
      System.out.println("open from " + open.currentTransactionStartOffset().getAsLong());
      admin.abortTransaction(new AbortTransactionSpec(
          partition, open.producerId(), (short) open.producerEpoch(), 0)).all().get();
      open = admin.describeProducers(List.of(partition)).partitionResult(partition).get()
          .activeProducers().get(0);
      System.out.println("open " + open.currentTransactionStartOffset().isPresent());
      admin.fenceProducers(List.of("letters")).all().get();
      described = admin.describeTransactions(List.of("letters")).description("letters").get();
      System.out.println(described.state());
    }
    Runtime.getRuntime().halt(0);
  }
}
`

test('a Java administrator sees transactions, ends them and fences producers', async (t) => {
  const folder = temporaryFolder()
  const broker = await startBroker()
  t.after(async () => {
    await broker.stop()
    folder.remove()
  })
  const file = join(folder.path, 'Administrator.java')
  writeFileSync(file, source)
  const classPath = join(kafkaHome, 'lib', '*')
  const java = promisify(execFile)
  const { stdout } = await java('java', ['-cp', classPath, file, broker.bootstrap])
  assert.deepEqual(stdout.trim().split('\n'), [
    'Ongoing [letters-0]',
    'letters Ongoing',
    'open from 0',
    'open false',
    'Empty',
  ])
})
