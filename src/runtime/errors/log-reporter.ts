import type { Logger } from '../../base/logger.ts'
import type { TaskId } from '../task-host.ts'
import type { Origin, Reporter } from './failure.ts'

/**
 * Writes failures to the log.
 * @param includeMessages `errors.log.include.messages`: says which record it was.
 */
export function logReporter(id: TaskId, includeMessages: boolean, logger: Logger): Reporter {
  const name = `${id.connector}-${id.task}`
  return ({ stage, className, origin, error }) => {
    const where = includeMessages ? `, where ${originText(origin)}` : ''
    logger.error(
      `Error encountered in task ${name}. Executing stage '${stage}' with class '${className}'${where}.`,
      error,
    )
  }
}

function originText(origin: Origin): string {
  if (origin.kind === 'source') return `source record is = ${origin.record}`
  const { records, index } = origin
  const { topic, partition, timestampType } = records
  return `consumed record is {topic='${topic}', partition=${partition}, offset=${records.offsets[index]}, timestamp=${records.timestamps[index]}, timestampType=${timestampType}}`
}
