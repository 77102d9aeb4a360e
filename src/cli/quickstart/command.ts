import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../../base/clock.ts'
import { ConnectError, messageOf } from '../../base/errors.ts'
import type { Command } from '../command.ts'
import { chosenLogLevel } from '../process-logging.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { startFlow } from './flow.ts'
import { runLive } from './live.ts'
import { openLog, type QuickstartLog } from './log.ts'
import { startMeter } from './meter.ts'
import { inputName } from './names.ts'
import { runOnce } from './once.ts'
import { appendSamples, FIRST_SAMPLES } from './samples.ts'
import { stopOnSignal } from './stop-on-signal.ts'

/** Far more than a slow machine needs. */
const DEADLINE_MS = 30_000
/** For an orderly end. All is in this process, so nothing outlives it anyway. */
const STOP_MS = 1500

export const quickstart: Command = {
  help: [
    'Usage: millrace quickstart [--once]',
    '',
    'Shows Millrace at work: starts a Kafka broker and a worker, copies a growing file through a topic',
    'into another file, and shows it live, with commands to try from a second terminal. Needs nothing',
    'else: no Kafka, no Java. Takes the ports 9092 and 8083 where they are free. Ctrl-C or q stops it',
    'and removes its files.',
    '',
    '  --once    copy ten lines, tell about it and end, with 0 when all is well;',
    '            so it does without the option too where the output is no terminal',
  ].join('\n'),
  helpExitCode: 0,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: 'boolean', default: false } },
    })
    const isLive = !values.once && process.stdout.isTTY && process.env['TERM'] !== 'dumb'
    const level = chosenLogLevel(undefined)
    const stop = stopOnSignal()
    // Nobody is there any more: the terminal was closed, or `| head` has seen enough.
    process.stdout.on('error', () => stop.abort(0))
    const folder = temporaryFolder()
    const log = openLog(join(folder, 'millrace.log'), level)
    const deadline = startDeadline(DEADLINE_MS)
    const playing = play({ isLive, stop, folder, log, deadline })
    try {
      await Promise.race([playing, crash(), deadline.passed, stopTime(stop.signal)])
    } catch (error) {
      stop.abort(0)
      await Promise.race([playing.catch(() => {}), stopTime(stop.signal)])
      // The others say what is wrong; this one is a bug, so its stack is worth telling.
      if (!(error instanceof ConnectError)) log.logging.logger.error('Unexpected', error)
      for (const line of log.tail()) console.error(line)
      throw error
    }
    return isLive || !stop.signal.aborted ? 0 : stop.signal.reason
  },
}

interface Play {
  readonly isLive: boolean
  readonly stop: AbortController
  readonly folder: string
  readonly log: QuickstartLog
  readonly deadline: Deadline
}

async function play({ isLive, stop, folder, log, deadline }: Play): Promise<void> {
  appendSamples(join(folder, inputName), 1, FIRST_SAMPLES)
  const flow = await startFlow(folder, log, deadline.step)
  const meter = startMeter(folder, flow, log.logging.logger)
  const place = { folder, logFile: log.file, ...flow }
  try {
    if (stop.signal.aborted) return
    const told = isLive
      ? await runLive({ place, meter, log, stop, deadline })
      : await runOnce({ place, meter, stop, deadline })
    if (told !== null) console.log(told)
  } finally {
    deadline.step('the worker and the broker to stop')
    await meter.close()
    await flow.stop()
    deadline.met()
  }
}

/** Removed when the process ends, in whatever way it can notice. */
function temporaryFolder(): string {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    return folder
  } catch (cause) {
    const reason = `${messageOf(cause)}; let TMPDIR name a folder that can be written to`
    throw new ConnectError(`no folder for the files of the quickstart: ${reason}`, {
      code: 'CONNECT_FAILED',
      cause,
    })
  }
}

/** Rejects with an error that nobody has caught. */
function crash(): Promise<never> {
  return new Promise((_, reject) => process.once('uncaughtException', reject))
}

/** Resolves when an end that was wished has had its time. */
async function stopTime(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }
  await systemClock.sleep(STOP_MS)
}
