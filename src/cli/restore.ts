import { parseArgs } from 'node:util'
import { systemClock } from '../base/clock.ts'
import { ConnectError } from '../base/errors.ts'
import { openInternalLogs } from '../cluster/distributed/internal-logs.ts'
import {
  type Restored,
  type RestoredCount,
  restoreCluster,
} from '../cluster/distributed/restore-cluster.ts'
import { distributedConfig, parseDistributedConfig } from '../runtime/worker-config.ts'
import { type Command, UsageError } from './command.ts'
import { processLogging } from './process-logging.ts'
import { readProperties } from './read-file.ts'
import { markRestored, readRecovery } from './recovery-file.ts'
import { setUpWorker } from './worker-setup.ts'

export const restore: Command = {
  help: [
    'Usage: millrace restore WORKER.properties FILE',
    '',
    'Brings a cluster back whose internal topics were deleted. FILE is what a worker wrote when it',
    'noticed: connectors, their targets and tasks, offsets of sources. Topics that are missing are',
    'created; what they have already is left as it is. Afterwards start the workers.',
  ].join('\n'),
  helpExitCode: 0,
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
    const [workerFile, file, ...more] = positionals
    if (workerFile === undefined || file === undefined || more.length > 0) {
      throw new UsageError('restore takes a worker file and what a worker wrote')
    }
    console.log(resultText(await restored(workerFile, file)))
    console.log(`${file} was renamed to ${await markRestored(file)}`)
    return 0
  },
}

async function restored(workerFile: string, file: string): Promise<Restored> {
  const knowledge = await readRecovery(file)
  const logging = processLogging('WARN', process.stderr)
  const given = await readProperties(workerFile)
  const setup = await setUpWorker(given, logging, distributedConfig, parseDistributedConfig)
  const { config, props, clients, logger } = setup
  if (knowledge.group !== config['group.id']) {
    throw new ConnectError(
      `${file} is of cluster ${knowledge.group}, and ${workerFile} of ${config['group.id']} (group.id)`,
      { code: 'CONFIG_INVALID' },
    )
  }
  const logs = await openInternalLogs(config, props, { clients, clock: systemClock, logger })
  try {
    return await restoreCluster(knowledge, logs)
  } finally {
    await Promise.all([logs.config.close(), logs.offsets.close(), logs.status.close()])
    await logs.close()
    await setup.close()
  }
}

function resultText({ connectors, offsets, usedTopics }: Restored): string {
  return [
    countText('connectors', connectors),
    countText('offsets of sources', offsets),
    countText('topics in use', usedTopics),
  ].join('\n')
}

function countText(what: string, { written, present }: RestoredCount): string {
  const left = present === 0 ? '' : `, ${present} were there and left as they are`
  return `${what}: ${written} restored${left}`
}
