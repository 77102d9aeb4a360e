import type { ClientProps } from '../kafka/client.ts'
import { UsageError } from './command.ts'
import { readProperties } from './read-file.ts'

/** Arguments of commands that talk to Kafka, under the names of Apache's tools. */
export const clientOptions = {
  'bootstrap-server': { type: 'string', default: 'localhost:9092' },
  'command-config': { type: 'string' },
  'command-property': { type: 'string', multiple: true },
} as const

export const clientHelp = [
  '  --bootstrap-server HOST:PORT[,...]  brokers to start from (localhost:9092)',
  '  --command-config FILE               properties of the client, such as security.protocol',
  '  --command-property KEY=VALUE        one property; may be repeated',
]

/** A person who mistyped an address does not wait for a minute, as a worker does. */
const API_TIMEOUT_MS = 10_000

/** Later wins: the brokers, the file, single properties. */
export async function clientProps(values: {
  readonly 'bootstrap-server': string
  readonly 'command-config'?: string | undefined
  readonly 'command-property'?: readonly string[] | undefined
}): Promise<ClientProps> {
  const file = values['command-config']
  return {
    'bootstrap.servers': values['bootstrap-server'],
    'default.api.timeout.ms': `${API_TIMEOUT_MS}`,
    'max.block.ms': `${API_TIMEOUT_MS}`,
    ...(file === undefined ? {} : await readProperties(file)),
    ...Object.fromEntries((values['command-property'] ?? []).map(property)),
  }
}

function property(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--command-property takes KEY=VALUE, not '${text}'`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** The one TOPIC that consume and produce take. */
export function topicOf(positionals: readonly string[]): string {
  const [topic, ...others] = positionals
  if (topic === undefined) throw new UsageError('which topic?')
  if (others.length > 0) throw new UsageError(`one topic at a time, not also '${others.join(' ')}'`)
  return topic
}

/** Reads a whole number from `min` upwards. */
export function wholeNumber(option: string, text: string | undefined, min: number): number | null {
  if (text === undefined) return null
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < min) {
    throw new UsageError(`${option} takes a whole number from ${min} upwards, not '${text}'`)
  }
  return number
}
