import { parseArgs } from 'node:util'
import { ConnectError, messageOf } from '../base/errors.ts'
import { returnIdleMemory } from '../base/idle-memory.ts'
import type { Logger } from '../base/logger.ts'
import type { Logging } from '../base/logger-pino.ts'
import { type Command, UsageError } from './command.ts'
import { type DistributedWorkerProcess, startDistributed } from './distributed-worker.ts'
import { endHeld } from './end-held.ts'
import { nextSignal } from './next-signal.ts'
import { chosenLogLevel, processLogging } from './process-logging.ts'
import { readProperties } from './read-file.ts'
import { survivePlugins } from './survive-plugins.ts'

const EXIT_START_FAILED = 2
const EXIT_WORKER_FAILED = 1

const about = [
  'Runs one worker of a cluster: all workers with the same group.id share connectors and tasks, which',
  'are created over REST. It ends with 2 when it cannot start, with 1 when it cannot go on, and after',
  'SIGINT or SIGTERM, when all has stopped, with 130 or 143.',
]

export const distributed: Command = {
  help: [
    'Usage: millrace distributed WORKER.properties [OPTIONS]',
    '',
    ...about,
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
    const [workerFile, ...more] = positionals
    if (workerFile === undefined) throw new UsageError('which worker file?')
    if (more.length > 0) throw new UsageError(`one worker file, and no '${more[0]}'`)
    const logging = processLogging(chosenLogLevel(values['log-level']), process.stdout)
    return await runWorker(logging, workerFile)
  },
}

const apacheUsage = 'USAGE: connect-distributed [-daemon] connect-distributed.properties'

/** Apache's command: the first argument is the file, and `--help` anywhere ends with 1. */
export const connectDistributed: Command = {
  help: [apacheUsage, '', ...about].join('\n'),
  helpExitCode: 1,
  async run([workerFile]) {
    if (workerFile === undefined) {
      console.log(apacheUsage)
      return 1
    }
    return await runWorker(processLogging(chosenLogLevel(undefined), process.stdout), workerFile)
  },
}

/** Runs until a signal comes or the worker fails. @returns The exit code. */
async function runWorker(logging: Logging, workerFile: string): Promise<number> {
  const logger = logging.logger.named('org.apache.kafka.connect.cli.ConnectDistributed')
  const signal = nextSignal()
  survivePlugins(logger)
  returnIdleMemory()
  let worker: DistributedWorkerProcess
  try {
    // An empty name stands for no settings at all, as in the reference.
    const props = workerFile === '' ? {} : await readProperties(workerFile)
    const started = await Promise.race([startDistributed(props, logging), signal])
    if (typeof started === 'number') return started
    worker = started
  } catch (error) {
    logger.error('Stopping due to error', error)
    return EXIT_START_FAILED
  }
  const failed = worker.failed.then((error) => {
    logger.error('Stopping: the worker cannot go on', error)
    return error instanceof ConnectError && error.code === 'TOPIC_LOST' ? 'lost' : 'failed'
  })
  const end = await Promise.race([signal, failed])
  await worker.close()
  // Now it also knows the offsets of tasks that it has stopped.
  if (end === 'lost') await tellRecovery(worker, workerFile, logger)
  const code = typeof end === 'number' ? end : EXIT_WORKER_FAILED
  await endHeld(worker.held(), code, logger)
  return code
}

async function tellRecovery(
  worker: DistributedWorkerProcess,
  workerFile: string,
  logger: Logger,
): Promise<void> {
  try {
    const file = await worker.saveKnowledge()
    logger.error(
      `What this worker knew of the cluster is in ${file}: connectors, targets, offsets. When all workers have stopped, restore it with: millrace restore ${workerFile} ${file}`,
    )
  } catch (error) {
    logger.error(`What this worker knew of the cluster could not be written: ${messageOf(error)}`)
  }
}
