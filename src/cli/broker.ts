import { parseArgs } from 'node:util'
import { type FlushMode, startBroker } from '../broker/index.ts'
import { readBrokerSecurity } from './broker-security.ts'
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
    '  --advertised-port NUMBER  port that clients are told to connect to; --port when left out',
    '  --data FOLDER             keep topics, offsets and transactions in this folder',
    '  --flush MODE              with --data, when records are forced to the disk:',
    '                            none: the system decides, a power cut may lose the last seconds',
    '                            interval: every second',
    '                            always: before they are acknowledged',
    '  --tls-cert FILE           listen with TLS, with this certificate in PEM, and ...',
    '  --tls-key FILE            ... its key',
    '  --tls-ca FILE             clients need a certificate that is signed by one of these',
    '  --users FILE              clients have to log in, with SASL PLAIN, SCRAM-SHA-256 or',
    '                            SCRAM-SHA-512, as one of the NAME=PASSWORD lines of this file',
    '  --user NAME:PASSWORD      the same; everybody on this machine can see the password',
    "  --max-memory MEGABYTES    without --data, room for records; half of the machine's memory",
    '  --max-connections NUMBER  more are closed as they come; 20000 when left out',
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
        'advertised-port': { type: 'string' },
        data: { type: 'string' },
        flush: { type: 'string', default: 'none' },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        'tls-ca': { type: 'string' },
        users: { type: 'string' },
        user: { type: 'string', multiple: true, default: [] },
        'max-connections': { type: 'string' },
        'max-memory': { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        'log-level': { type: 'string', default: 'WARN' },
      },
    })
    const connectionsMax = wholeNumber('--max-connections', values['max-connections'], 1)
    const memoryMb = wholeNumber('--max-memory', values['max-memory'], 1)
    const signal = nextSignal()
    const { logger } = processLogging(chosenLogLevel(values['log-level']), process.stderr)
    const running = await startBroker({
      port: wholeNumber('--port', values.port, 0) ?? PORT_DEFAULT,
      ...given('host', values.host),
      ...given('advertisedHost', values['advertised-host']),
      ...given('advertisedPort', wholeNumber('--advertised-port', values['advertised-port'], 1)),
      ...given('dataDir', values.data),
      ...(memoryMb === null ? {} : { memoryBytesMax: memoryMb * 1e6 }),
      flush: flushMode(values.flush),
      ...(await readBrokerSecurity(values)),
      settings: {
        ...Object.fromEntries(values.set.map(setting)),
        ...(connectionsMax === null ? {} : { 'max.connections': String(connectionsMax) }),
      },
      logger: logger.named('millrace.broker'),
    })
    const place = values.data === undefined ? 'in memory' : `data in ${values.data}`
    const { bootstrap, securityProtocol } = running
    const isSecured = securityProtocol !== 'PLAINTEXT'
    const how = isSecured ? `, clients need security.protocol=${securityProtocol}` : ''
    console.log(`Kafka broker ready at ${bootstrap}, ${place}${how}`)
    await signal
    await running.stop()
    return 0
  },
}

function given<K extends string, V>(
  key: K,
  value: V | null | undefined,
): { readonly [k in K]?: V } {
  const isLeftOut = value === undefined || value === null
  return isLeftOut ? {} : ({ [key]: value } as { readonly [k in K]: V })
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
