import { setImmediate } from 'node:timers/promises'
import type { Broker } from './broker.ts'
import type { Cancel } from './clock.ts'
import type { PartitionLog } from './log/partition-log.ts'
import { numberSetting } from './own-settings.ts'

/** As `log.flush.scheduler.interval.ms` would be, for the flush mode `interval`. */
const FLUSH_MS = 1000

/** What goes on beside the requests: flushes, retention, compaction. @returns Stops it. */
export function startHousekeeping(broker: Broker): Cancel {
  const { settings, flush } = broker.config
  const retentionMs = numberSetting(settings, 'log.retention.check.interval.ms')
  const compactionMs = numberSetting(settings, 'log.cleaner.backoff.ms')
  const producerExpiryMs = numberSetting(settings, 'producer.id.expiration.ms')
  const cancels = [
    repeat(broker, retentionMs, (log) => {
      log.applyRetention()
      log.producers.expire(broker.config.clock.now() - producerExpiryMs)
    }),
    repeat(broker, compactionMs, (log) => log.compact()),
    ...(flush === 'interval' ? [repeat(broker, FLUSH_MS, (log) => log.flush())] : []),
  ]
  return () => {
    for (const cancel of cancels) cancel()
  }
}

/** Does something with every log, again and again; a failure of one log doesn't stop the others. */
function repeat(
  broker: Broker,
  everyMs: number,
  work: (log: PartitionLog) => void | Promise<void>,
): Cancel {
  const { clock, logger } = broker.config
  const round = async () => {
    for (const log of [...broker.topics.logs()]) {
      try {
        await work(log)
      } catch (error) {
        logger?.warn(`${log.topic}-${log.partition}: housekeeping failed`, error)
      }
    }
    // Nothing of the round is left when the next one is planned, even with a clock of a test.
    await setImmediate()
    plan()
  }
  let isStopped = false
  let cancel: Cancel = () => {}
  const plan = () => {
    if (!isStopped) cancel = clock.after(everyMs, () => void round())
  }
  plan()
  return () => {
    isStopped = true
    cancel()
  }
}
