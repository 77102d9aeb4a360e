import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { startEmbeddedBroker } from '../helpers/embedded-broker.ts'
import { root } from '../helpers/sources.ts'
import { allClients } from './all-clients.ts'
import { checkTable, countChecks, problemLines, summaryTable } from './broker-table.ts'
import { type ClientResults, runClients } from './run-clients.ts'

/** Apache Kafka looks for transactions that take too long every 10 s when it is not told otherwise. */
const settings = ['transaction.abort.timed.out.transaction.cleanup.interval.ms=1000']
const page = 'docs/reference/broker-clients.md'
const brokers = ['embedded broker', 'Apache Kafka 4.3.1'] as const

/**
 * Runs unmodified clients on the embedded broker and on Apache Kafka, prints what passes where, and
 * writes it to `docs/reference/broker-clients.md` when all ran.
 * @param chosen Part of the names of the clients to run; all when empty.
 */
export async function runBrokerMatrix(chosen = ''): Promise<ReturnType<typeof countChecks>> {
  const clients = allClients.filter(({ name }) => name.includes(chosen))
  const [embedded, apache] = await Promise.all([startEmbeddedBroker(), startApacheKafka(settings)])
  try {
    const addresses = { [brokers[0]]: embedded.bootstrap, [brokers[1]]: apache.bootstrap }
    const found = await runClients(clients, addresses)
    const results = found.toSorted((a, b) => a.client.localeCompare(b.client))
    console.log(`${checkTable(results)}\n\n${summaryTable(results, brokers)}\n`)
    for (const { client, seconds } of results) console.log(`${client}: ${seconds.toFixed(1)} s`)
    for (const line of problemLines(results)) console.log(line)
    const counts = countChecks(results)
    if (chosen === '' && counts.skipped === 0) writePage(results)
    return counts
  } finally {
    await Promise.all([embedded.stop(), apache.stop()])
  }
}

function writePage(results: readonly ClientResults[]): void {
  const text = [
    '# Clients on the embedded broker',
    '',
    'Written by `npm run test:broker`: the same checks by clients of other people, unmodified, on the',
    '[embedded broker](broker.md) and on Apache Kafka.',
    '',
    summaryTable(results, brokers),
    '',
    '## Checks',
    '',
    'The first mark is the embedded broker, the second Apache Kafka; an empty cell is a check that the',
    'client does not offer or that adds nothing there.',
    '',
    checkTable(results),
    '',
  ]
  writeFileSync(join(root, page), text.join('\n'))
}
