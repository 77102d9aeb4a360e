import { ConnectError } from '../base/errors.ts'
import { openInternalLogs } from '../cluster/distributed/internal-logs.ts'
import { isRestored } from '../cluster/distributed/restore-cluster.ts'
import type { DistributedConfig } from '../runtime/worker-config.ts'
import { markRestored, readRecovery, recoveriesOf } from './recovery-file.ts'
import type { WorkerSetup } from './worker-setup.ts'

/**
 * A worker that starts by itself would begin with an empty cluster what is to be restored. A file
 * whose cluster was restored from that of another worker is put aside.
 * @throws ConnectError CONFIG_INVALID while the topics lack what a file of the cluster has.
 */
export async function refuseUnrestored(setup: WorkerSetup<DistributedConfig>): Promise<void> {
  const { config, logger } = setup
  const paths = await recoveriesOf(config['millrace.recovery.dir'], config['group.id'])
  for (const path of paths) {
    if (!(await isInTopics(path, setup))) {
      throw new ConnectError(
        `A topic of the cluster was lost while a worker ran here, which wrote what it knew into ${path}, and not all of that is in the topics. Restore it with 'millrace restore WORKER.properties ${path}', or remove the file if that shall not be done`,
        { code: 'CONFIG_INVALID' },
      )
    }
    const to = await markRestored(path)
    logger.info(`The topics of the cluster have all of ${path} again, which was renamed to ${to}`)
  }
}

async function isInTopics(
  path: string,
  { config, props, clients, environment, logger }: WorkerSetup<DistributedConfig>,
): Promise<boolean> {
  const names = (['config', 'offset', 'status'] as const).map((of) => config[`${of}.storage.topic`])
  const admin = clients.admin(props)
  const found = await admin.describeTopics(names).finally(() => admin.close())
  if (found.length < names.length) return false
  const knowledge = await readRecovery(path)
  const logs = await openInternalLogs(config, props, { clients, clock: environment.clock, logger })
  try {
    return await isRestored(knowledge, logs)
  } finally {
    await Promise.all([logs.config.close(), logs.offsets.close(), logs.status.close()])
    await logs.close()
  }
}
