import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import type { Deadline } from './deadline.ts'
import { durationText, frame } from './frame.ts'
import type { QuickstartLog } from './log.ts'
import type { Meter, Snapshot } from './meter.ts'
import { inputName } from './names.ts'
import type { Place } from './place.ts'
import { appendSamples, FIRST_SAMPLES } from './samples.ts'
import { enterScreen } from './screen.ts'

const LINE_EVERY_MS = 1000
const DRAW_EVERY_MS = 250

interface LiveRun {
  readonly place: Place
  readonly meter: Meter
  readonly log: QuickstartLog
  readonly stop: AbortController
  readonly deadline: Deadline
}

/**
 * Adds a line a second and shows what becomes of it, until `stop` aborts or somebody quits.
 * @returns What to tell at the end.
 */
export async function runLive({ place, meter, log, stop, deadline }: LiveRun): Promise<string> {
  deadline.step('the view')
  let latest = await meter.read()
  const draw = () => screen.draw(frame(latest, place, log.problem(), screen.canvas()))
  const screen = enterScreen(process.stdout, process.stdin, {
    onResize: draw,
    onQuit: () => stop.abort(0),
  })
  try {
    draw()
    deadline.met()
    const writing = addLines(join(place.folder, inputName), stop.signal)
    while (!stop.signal.aborted) {
      latest = await meter.read()
      draw()
      await systemClock.sleep(DRAW_EVERY_MS, stop.signal)
    }
    await writing
  } finally {
    screen.leave()
  }
  return farewell(latest)
}

async function addLines(file: string, signal: AbortSignal): Promise<void> {
  for (let number = FIRST_SAMPLES + 1; ; number++) {
    await systemClock.sleep(LINE_EVERY_MS, signal)
    if (signal.aborted) return
    appendSamples(file, number, 1)
  }
}

function farewell({ elapsedMs, topic, output }: Snapshot): string {
  const counts = `${topic.count} records in the topic, ${output.count} lines in the copy`
  return [
    `Millrace quickstart ran for ${durationText(elapsedMs)}: ${counts}.`,
    'All of it has ended, and its files are removed.',
  ].join('\n')
}
