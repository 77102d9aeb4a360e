import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { Producer, RawHeader, SentBatch } from '../kafka/client.ts'
import { clientHelp, clientOptions, clientProps, topicOf, wholeNumber } from './client-arguments.ts'
import { type Command, UsageError } from './command.ts'
import { commandClients } from './command-clients.ts'

/** How long unsent lines are tried for when the input has ended. */
const CLOSE_TIMEOUT_MS = 60_000

export const produce: Command = {
  help: [
    'Usage: millrace produce TOPIC [OPTIONS]',
    '',
    'Writes each line of standard input to a topic, as the value of a record.',
    '',
    '  --key-separator TEXT                what is before it in a line is the key',
    '  --null TEXT                         a key or value with this text is null',
    '  --header KEY:VALUE                  a header for every record; may be repeated',
    '  --partition NUMBER                  to this partition, not by the hash of the key',
    ...clientHelp,
  ].join('\n'),
  helpExitCode: 0,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...clientOptions,
        'key-separator': { type: 'string' },
        null: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
        partition: { type: 'string' },
      },
    })
    const form: LineForm = {
      topic: topicOf(positionals),
      partition: wholeNumber('--partition', values.partition, 0),
      keySeparator: values['key-separator'] ?? null,
      nullText: values.null ?? null,
      headers: values.header.map(headerOf),
    }
    const producer = commandClients().producer(await clientProps(values))
    try {
      await send(producer, form)
    } finally {
      await producer.close(CLOSE_TIMEOUT_MS)
    }
    return 0
  },
}

interface LineForm {
  readonly topic: string
  readonly partition: number | null
  readonly keySeparator: string | null
  readonly nullText: string | null
  readonly headers: readonly RawHeader[]
}

async function send(producer: Producer, form: LineForm): Promise<void> {
  let failure: unknown
  let batch: SentBatch | null = null
  for await (const line of createInterface({ input: process.stdin })) {
    if (failure !== undefined) break
    if (!producer.isPrepared(form.topic)) await producer.prepare(form.topic)
    await producer.room()
    const appended = appendLine(producer, form, line)
    if (appended === batch) continue
    batch = appended
    batch.acked.catch((error: unknown) => {
      failure ??= error
    })
  }
  await producer.flush().catch((error: unknown) => {
    failure ??= error
  })
  if (failure !== undefined) throw failure
}

function appendLine(producer: Producer, form: LineForm, line: string): SentBatch {
  const [keyText, valueText] = splitLine(line, form.keySeparator)
  const key = bytesOf(keyText, form.nullText)
  const value = bytesOf(valueText, form.nullText)
  const keyEnd = key?.length ?? -1
  const valueStart = value === null ? -1 : Math.max(keyEnd, 0)
  return producer.append({
    topic: form.topic,
    partition: form.partition,
    timestamp: null,
    bytes: Buffer.concat([key ?? empty, value ?? empty]),
    keyStart: key === null ? -1 : 0,
    keyEnd,
    valueStart,
    valueEnd: value === null ? -1 : valueStart + value.length,
    headers: form.headers,
  })
}

function splitLine(line: string, separator: string | null): [key: string | null, value: string] {
  if (separator === null) return [null, line]
  const at = line.indexOf(separator)
  if (at !== -1) return [line.slice(0, at), line.slice(at + separator.length)]
  throw new UsageError(`there is no '${separator}' in the line: ${line.slice(0, 80)}`)
}

const empty = Buffer.alloc(0)

function bytesOf(text: string | null, nullText: string | null): Buffer | null {
  return text === null || text === nullText ? null : Buffer.from(text)
}

function headerOf(text: string): RawHeader {
  const at = text.indexOf(':')
  if (at === -1) throw new UsageError(`--header takes KEY:VALUE, not '${text}'`)
  return { key: text.slice(0, at), value: Buffer.from(text.slice(at + 1)) }
}
