import { systemClock } from '../../base/clock.ts'
import { ConnectError } from '../../base/errors.ts'
import type { Deadline } from './deadline.ts'
import type { Meter, Snapshot, Station } from './meter.ts'
import { inputName, outputName, topic } from './names.ts'
import { bootstrapOf, type Place, urlOf } from './place.ts'
import { FIRST_SAMPLES } from './samples.ts'
import { printable } from './text-width.ts'

const LOOK_EVERY_MS = 50

interface OnceRun {
  readonly place: Place
  readonly meter: Meter
  readonly stop: AbortController
  readonly deadline: Deadline
}

/**
 * Copies some lines.
 * @returns What has become of them; null when `stop` has aborted before.
 * @throws ConnectError CONNECT_FAILED when a connector has failed.
 */
export async function runOnce({ place, meter, stop, deadline }: OnceRun): Promise<string | null> {
  console.log(`A Kafka broker runs at ${bootstrapOf(place)}, a Connect worker at ${urlOf(place)}.`)
  while (!stop.signal.aborted) {
    const snapshot = await meter.read()
    refuseFailed(snapshot)
    if (snapshot.output.count >= FIRST_SAMPLES) return summary(snapshot)
    deadline.step(
      snapshot.topic.count < FIRST_SAMPLES
        ? `the lines to arrive in the topic: ${snapshot.topic.count} of ${FIRST_SAMPLES}`
        : `the records to arrive in ${outputName}: ${snapshot.output.count} of ${FIRST_SAMPLES}`,
    )
    await systemClock.sleep(LOOK_EVERY_MS, stop.signal)
  }
  return null
}

function refuseFailed({ source, sink }: Snapshot): void {
  for (const { name, state, error } of [source, sink]) {
    if (state !== 'FAILED') continue
    throw new ConnectError(`the connector ${name} has failed: ${error ?? 'see the log'}`, {
      code: 'CONNECT_FAILED',
    })
  }
}

function summary({ elapsedMs, input, topic: records, output }: Snapshot): string {
  const row = (name: string, { count, latest }: Station) => {
    const [line] = latest.newest(1)
    return `  ${name.padEnd(12)} ${`${count}`.padStart(3)}   ${printable(line?.text ?? '')}`
  }
  return [
    `${output.count} lines went through, the last one as`,
    row(inputName, input),
    row(`topic ${topic}`, records),
    row(outputName, output),
    `all within ${(elapsedMs / 1000).toFixed(1)} s of the start. All of it has ended again.`,
    '',
    'Next: run it in a terminal, and see it live; README.md says what else there is.',
  ].join('\n')
}
