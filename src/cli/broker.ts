import { parseArgs } from 'node:util'
import { type FlushMode, startBroker } from '../broker/index.ts'
import { wholeNumber } from './client-arguments.ts'
import { type Command, UsageError } from './command.ts'
import { nextSignal } from './next-signal.ts'
import { chosenLogLevel, processLogging } from './process-logging.ts'

const PORT_DEFAULT = 9092
const flushModes: readonly FlushMode[] = ['none', 'interval', 'always']

export const broker: Command = {
  help: [
    'Usage: millrace broker [OPTIONS]',
    '',
    'Runs a Kafka broker: one node, for development, demos and tests. Production is Apache Kafka.',
    'Without --data all is in memory, and gone at the end. Ctrl-C stops it.',
    '',
    '  --port NUMBER             port to listen on; 9092 when left out, 0 for a free one',
    '  --host ADDRESS            address to listen on; 127.0.0.1 when left out',
    '  --advertised-host NAME    host that clients are told to connect to; --host when left out',
    '  --data FOLDER             keep topics, offsets and transactions in this folder',
    '  --flush MODE              with --data, when records are forced to the disk:',
    '                            none: the system decides, a power cut may lose the last seconds',
    '                            interval: every second',
    '                            always: before they are acknowledged',
    '  --set NAME=VALUE          a setting under the name of Apache Kafka, such as num.partitions;',
    '                            may be given several times',
    '  --log-level LEVEL         ERROR, WARN, INFO, DEBUG, ...; WARN when left out',
  ].join('\n'),
  helpExitCode: 0,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'advertised-host': { type: 'string' },
        data: { type: 'string' },
        flush: { type: 'string', default: 'none' },
        set: { type: 'string', multiple: true, default: [] },
        'log-level': { type: 'string', default: 'WARN' },
      },
    })
    const signal = nextSignal()
    const { logger } = processLogging(chosenLogLevel(values['log-level']), process.stderr)
    const running = await startBroker({
      port: wholeNumber('--port', values.port, 0) ?? PORT_DEFAULT,
      ...given('host', values.host),
      ...given('advertisedHost', values['advertised-host']),
      ...given('dataDir', values.data),
      flush: flushMode(values.flush),
      settings: Object.fromEntries(values.set.map(setting)),
      logger: logger.named('millrace.broker'),
    })
    const place = values.data === undefined ? 'in memory' : `data in ${values.data}`
    console.log(`Kafka broker ready at ${running.bootstrap}, ${place}`)
    await signal
    await running.stop()
    return 0
  },
}

function given<K extends string>(
  key: K,
  value: string | undefined,
): { readonly [k in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [k in K]: string })
}

function flushMode(text: string): FlushMode {
  const mode = flushModes.find((known) => known === text)
  if (mode !== undefined) return mode
  throw new UsageError(`there is no flush mode '${text}': one of ${flushModes.join(', ')}`)
}

function setting(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--set takes NAME=VALUE, not '${text}'`)
  return [text.slice(0, at), text.slice(at + 1)]
}
