import { type Logger, logLevels } from './logger.ts'
import type { LogLevels } from './logger-levels.ts'

/** A message that a level lets through. */
export interface LogLine {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  readonly logger: string
  readonly context?: string
  readonly err?: unknown
  readonly message: string
}

type Write = (line: LogLine) => void

interface Origin {
  readonly logger: string
  readonly context?: string
}

/** The root logger of these levels; what they let through is written. */
export function leveledLogger(levels: LogLevels, write: Write): Logger {
  return loggerOf(levels, write, { logger: 'root' })
}

function loggerOf(levels: LogLevels, write: Write, origin: Origin): Logger {
  const threshold = levels.level(origin.logger)
  const at = (level: LogLine['level']) => {
    const rank = logLevels.findIndex((known) => known.toLowerCase() === level)
    return (message: string, error?: unknown) => {
      if (rank > threshold.rank) return
      write({ level, ...origin, ...(error === undefined ? {} : { err: error }), message })
    }
  }
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    named: (logger) => loggerOf(levels, write, { ...origin, logger }),
    within: (context) => loggerOf(levels, write, { ...origin, context }),
  }
}
