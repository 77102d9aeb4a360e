import { parseArgs } from 'node:util'
import { returnIdleMemory } from '../base/idle-memory.ts'
import type { Logger } from '../base/logger.ts'
import type { Logging } from '../base/logger-pino.ts'
import { type Command, UsageError } from './command.ts'
import { readConnectorFile } from './connector-file.ts'
import { endHeld } from './end-held.ts'
import { nextSignal } from './next-signal.ts'
import { chosenLogLevel, processLogging } from './process-logging.ts'
import { readProperties } from './read-file.ts'
import { type StandaloneWorker, startStandalone } from './standalone-worker.ts'
import { survivePlugins } from './survive-plugins.ts'

const EXIT_START_FAILED = 2
const EXIT_CONNECTOR_FAILED = 3

const files = [
  'The files of connectors are properties or JSON. All connectors run side by side in this process.',
  'It ends with 2 when the worker cannot start, with 3 when a connector of a file cannot, and after',
  'SIGINT or SIGTERM, when all has stopped, with 130 or 143.',
]

export const standalone: Command = {
  help: [
    'Usage: millrace standalone WORKER.properties [CONNECTOR ...] [OPTIONS]',
    '',
    ...files,
    '',
    '  --log-level LEVEL   OFF, ERROR, WARN, INFO, DEBUG or TRACE; else MILLRACE_LOG_LEVEL, else INFO',
  ].join('\n'),
  helpExitCode: 0,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'log-level': { type: 'string' } },
    })
    const [workerFile, ...connectorFiles] = positionals
    if (workerFile === undefined) throw new UsageError('which worker file?')
    const logging = processLogging(chosenLogLevel(values['log-level']), process.stdout)
    return await runWorker(logging, workerFile, connectorFiles)
  },
}

const apacheUsage =
  'USAGE: connect-standalone [-daemon] connect-standalone.properties [connector1.properties connector2.json ...]'

/** Apache's command: every argument is a file, and `--help` anywhere ends with 1. */
export const connectStandalone: Command = {
  help: [apacheUsage, '', ...files].join('\n'),
  helpExitCode: 1,
  async run([workerFile, ...connectorFiles]) {
    if (workerFile === undefined) {
      console.log(apacheUsage)
      return 1
    }
    const logging = processLogging(chosenLogLevel(undefined), process.stdout)
    return await runWorker(logging, workerFile, connectorFiles)
  },
}

/** Runs until a signal comes or the start fails. @returns The exit code. */
async function runWorker(
  logging: Logging,
  workerFile: string,
  connectorFiles: readonly string[],
): Promise<number> {
  const logger = logging.logger.named('org.apache.kafka.connect.cli.ConnectStandalone')
  const signal = nextSignal()
  survivePlugins(logger)
  returnIdleMemory()
  let worker: StandaloneWorker
  try {
    // An empty name stands for no settings at all, as in the reference.
    const props = workerFile === '' ? {} : await readProperties(workerFile)
    const started = await Promise.race([
      startStandalone(props, logging, { awaitsConnectors: true }),
      signal,
    ])
    if (typeof started === 'number') return started
    worker = started
  } catch (error) {
    logger.error('Stopping due to error', error)
    return EXIT_START_FAILED
  }
  const ended = await Promise.race([createConnectors(worker, connectorFiles, logger), signal])
  const code = ended ?? (await signal)
  await worker.close()
  await endHeld(worker.held(), code, logger)
  return code
}

/** @returns null when all of them have started, else the exit code. */
async function createConnectors(
  { herder, noteReady }: StandaloneWorker,
  paths: readonly string[],
  logger: Logger,
): Promise<number | null> {
  for (const path of paths) {
    try {
      const { name, config, initialState } = await readConnectorFile(path)
      await herder.putConnector(name, config, { replace: false, initialState })
      logger.info(`Created connector ${name}`)
    } catch (error) {
      logger.error(`Failed to create the connector of ${path}`, error)
      logger.error('Stopping after connector error')
      return EXIT_CONNECTOR_FAILED
    }
  }
  noteReady()
  return null
}
