import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { kafkaHome } from '../../helpers/apache-kafka.ts'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import { temporaryFolder } from '../../helpers/worker.ts'
import { clientsOf, readAll, unique } from './support.ts'

/** Commits `a`, gives up `b`, commits `c`, and leaves `d` undecided. */
const source = `
import java.util.Map;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.StringSerializer;
class Transactions {
  public static void main(String[] args) {
    var settings = Map.<String, Object>of("bootstrap.servers", args[0], "transactional.id", args[1],
        "transaction.timeout.ms", 900_000);
    var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    producer.initTransactions();
    for (String value : new String[] {"a", "b", "c", "d"}) {
      producer.beginTransaction();
      for (int index = 0; index < 3; index++) {
        producer.send(new ProducerRecord<>(args[1], 0, null, value + index));
      }
      producer.flush();
      if (value.equals("b")) producer.abortTransaction();
      else if (!value.equals("d")) producer.commitTransaction();
    }
    Runtime.getRuntime().halt(0);
  }
}
`

const clients = clientsOf()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>

before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

test('read_committed leaves out what was given up and stops before what is undecided', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const file = join(folder.path, 'Transactions.java')
  writeFileSync(file, source)
  const topic = unique('transactions')
  execFileSync('java', ['-cp', join(kafkaHome, 'lib', '*'), file, kafka.bootstrap, topic], {
    stdio: 'pipe',
  })
  const read = async (isolation: string, count: number) => {
    const settings = { 'isolation.level': isolation }
    const records = await readAll(clients, kafka.bootstrap, topic, count, settings)
    return records.map(({ offset, value }) => `${offset}:${value}`)
  }
  const endOf = async (isolation: string) => {
    const consumer = clients.consumer({
      'bootstrap.servers': kafka.bootstrap,
      'isolation.level': isolation,
    })
    const [end] = await consumer.endOffsets([{ topic, partition: 0 }])
    await consumer.close()
    return end?.offset
  }
  // Each decision takes an offset of its own in the log.
  const committed = ['0:a0', '1:a1', '2:a2', '8:c0', '9:c1', '10:c2']
  assert.deepEqual(await read('read_committed', 6), committed)
  assert.equal(await endOf('read_committed'), 12)
  assert.deepEqual(await read('read_uncommitted', 12), [
    ...['0:a0', '1:a1', '2:a2', '4:b0', '5:b1', '6:b2'],
    ...['8:c0', '9:c1', '10:c2', '12:d0', '13:d1', '14:d2'],
  ])
  assert.equal(await endOf('read_uncommitted'), 15)
})
