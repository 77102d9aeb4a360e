import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { systemClock } from '../base/clock.ts'
import { ConnectError } from '../base/errors.ts'
import type { Admin, Consumer, TopicDescription, TopicPartition } from '../kafka/client.ts'
import { clientHelp, clientOptions, clientProps, topicOf, wholeNumber } from './client-arguments.ts'
import type { Command } from './command.ts'
import { commandClients } from './command-clients.ts'
import { type RecordFormat, recordLines } from './record-text.ts'

/** How long one poll waits; the command ends at the next one after the last record wanted. */
const POLL_TIMEOUT_MS = 1000
/** Between two looks for a topic that does not exist yet. */
const TOPIC_WAIT_MS = 500

export const consume: Command = {
  help: [
    'Usage: millrace consume TOPIC [OPTIONS]',
    '',
    'Prints the values of the records of a topic, a line each, until Ctrl-C.',
    '',
    '  --from-beginning                    all there are, not only new ones',
    '  -n, --max-messages COUNT            end after so many',
    '  --partition NUMBER                  of this partition only',
    '  --key                               the key and a tab before the value',
    '  --headers                           the headers and a tab in front',
    '  --json                              a JSON object for each record, with all of it',
    ...clientHelp,
  ].join('\n'),
  helpExitCode: 0,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...clientOptions,
        'from-beginning': { type: 'boolean', default: false },
        'max-messages': { type: 'string', short: 'n' },
        partition: { type: 'string' },
        key: { type: 'boolean', default: false },
        headers: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
    // `| head` has seen enough.
    process.stdout.on('error', () => process.exit(0))
    const topic = topicOf(positionals)
    const partition = wholeNumber('--partition', values.partition, 0)
    const countMax = wholeNumber('-n', values['max-messages'], 0) ?? Number.POSITIVE_INFINITY
    const props = await clientProps(values)
    const clients = commandClients()
    const partitions = await partitionsOf(clients.admin(props), topic, partition)
    const consumer = clients.consumer(props)
    try {
      await consumer.assign(partitions)
      if (values['from-beginning']) await consumer.seekToBeginning(partitions)
      else for (const end of await consumer.endOffsets(partitions)) consumer.seek(end)
      await print(consumer, countMax, values)
    } finally {
      await consumer.close()
    }
    return 0
  },
}

/** The partitions to read; waits for a topic that does not exist yet. */
async function partitionsOf(
  admin: Admin,
  topic: string,
  partition: number | null,
): Promise<readonly TopicPartition[]> {
  try {
    const { partitions } = await existing(admin, topic)
    const all = Array.from({ length: partitions }, (_, number) => ({ topic, partition: number }))
    if (partition === null) return all
    const chosen = all[partition]
    if (chosen !== undefined) return [chosen]
    throw new ConnectError(
      `topic '${topic}' has no partition ${partition}: it has ${partitions}, numbered from 0`,
      { code: 'NOT_FOUND' },
    )
  } finally {
    await admin.close()
  }
}

async function existing(admin: Admin, topic: string): Promise<TopicDescription> {
  for (let look = 0; ; look++) {
    const [found] = await admin.describeTopics([topic])
    if (found !== undefined) return found
    if (look === 0) console.error(`topic '${topic}' does not exist yet: waiting for it`)
    await systemClock.sleep(TOPIC_WAIT_MS)
  }
}

async function print(consumer: Consumer, countMax: number, format: RecordFormat): Promise<void> {
  let left = countMax
  while (left > 0) {
    for (const records of await consumer.poll(POLL_TIMEOUT_MS)) {
      const count = Math.min(left, records.count)
      const hasRoom = process.stdout.write(recordLines(records, count, format))
      if (!hasRoom) await once(process.stdout, 'drain')
      left -= count
    }
  }
}
