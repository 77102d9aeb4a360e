import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { kafkaHome } from '../../test/helpers/apache-kafka.ts'

const run = promisify(execFile)

const RECORD_BYTES = 100
/** Of all records, those before the JVM has compiled what matters. */
const WARM_UP_SHARE = 1 / 3

/** Records per second of Apache Kafka's own performance tools, with their defaults. */
export async function measureJavaClients(
  bootstrap: string,
  topic: string,
  records: number,
): Promise<Record<'produce' | 'fetch', number>> {
  const produced = await java('ProducerPerformance', [
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(records)],
    ...['--record-size', String(RECORD_BYTES), '--throughput', '-1'],
    ...['--warmup-records', String(Math.floor(records * WARM_UP_SHARE))],
    ...['--command-property', 'acks=all'],
  ])
  const fetched = await java('ConsumerPerformance', [
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(records)],
    '--hide-header',
  ])
  const [, rate] = /([\d.]+) records\/sec[^\n]*\n*$/.exec(produced) ?? []
  // start, end, MB, MB/s, records, records/s, rebalance ms, fetch ms, MB/s, records/s
  const [, , , , count, , , , , fetchRate] = fetched.trim().split(', ')
  if (Number(count) < records) throw new Error(`${count} of ${records} records came: ${fetched}`)
  return { produce: Number(rate), fetch: Number(fetchRate) }
}

async function java(tool: string, args: readonly string[]): Promise<string> {
  const main = `org.apache.kafka.tools.${tool}`
  const { stdout } = await run('java', ['-cp', join(kafkaHome, 'lib/*'), main, ...args])
  return stdout
}
