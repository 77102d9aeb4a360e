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

/**
 * Does something with every log, again and again; a failure of one log doesn't stop the others. What
 * came due during a round, maybe many times as with the clock of a test, is one more round.
 */
function repeat(
  broker: Broker,
  everyMs: number,
  work: (log: PartitionLog) => void | Promise<void>,
): Cancel {
  const { clock } = broker.config
  let isRunning = false
  let isDue = false
  let isStopped = false
  let cancel: Cancel = () => {}
  const run = async () => {
    isDue = true
    if (isRunning) return
    isRunning = true
    while (isDue && !isStopped) {
      isDue = false
      await eachLog(broker, work)
    }
    isRunning = false
  }
  const plan = () => {
    cancel = clock.after(everyMs, () => {
      plan()
      void run()
    })
  }
  plan()
  return () => {
    isStopped = true
    cancel()
  }
}

async function eachLog(
  { topics, config }: Broker,
  work: (log: PartitionLog) => void | Promise<void>,
): Promise<void> {
  for (const log of [...topics.logs()]) {
    try {
      await work(log)
    } catch (error) {
      config.logger?.warn(`${log.topic}-${log.partition}: housekeeping failed`, error)
    }
  }
  // What the logs do by themselves meanwhile comes to its end first.
  await setImmediate()
}
