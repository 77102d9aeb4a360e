import { openSync, writeSync } from 'node:fs'
import { systemClock } from '../../base/clock.ts'
import type { LogLevel } from '../../base/logger.ts'
import { createLogging, type Logging } from '../../base/logger-pino.ts'

/** Lines that are told when the quickstart fails. */
const TAIL_LINES = 10

/** Logs of broker, worker and clients: in a file, as the terminal shows something else. */
export interface QuickstartLog {
  readonly logging: Logging
  readonly file: string
  /** The newest warning or error. */
  problem(): string | null
  /** The last lines. */
  tail(): readonly string[]
}

export function openLog(file: string, level: LogLevel): QuickstartLog {
  const descriptor = openSync(file, 'a')
  let problem: string | null = null
  let tail: readonly string[] = []
  const write = (text: string) => {
    writeSync(descriptor, text)
    const lines = text.split('\n').slice(0, -1)
    const [first = ''] = lines
    if (/^\S+ (?:WARN|ERROR) /.test(first)) problem = first
    tail = [...tail, ...lines].slice(-TAIL_LINES)
  }
  return {
    logging: createLogging(level, { format: 'pretty', colors: false, write }, systemClock),
    file,
    problem: () => problem,
    tail: () => tail,
  }
}
