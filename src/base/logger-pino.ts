import { pino } from 'pino'
import type { Clock } from './clock.ts'
import { leveledLogger } from './leveled-logger.ts'
import type { Logger, LoggerRegistry, LogLevel } from './logger.ts'
import { type LogEvent, loggedError } from './logger-event.ts'
import { createLogLevels } from './logger-levels.ts'
import { prettyLine } from './logger-pretty.ts'

export interface LogOutput {
  /** JSON lines for machines, or text for people. */
  readonly format: 'json' | 'pretty'
  readonly colors: boolean
  /** Takes whole lines, newline included. */
  write(line: string): void
}

/** Loggers of a process and the registry of their levels. */
export interface Logging {
  readonly logger: Logger
  readonly registry: LoggerRegistry
  /** From now on every line passes through `change`, as JSON. */
  rewrite(change: (line: string) => string): void
}

export function createLogging(rootLevel: LogLevel, output: LogOutput, clock: Clock): Logging {
  const levels = createLogLevels(rootLevel, clock)
  let changed = (line: string) => line
  const formatted =
    output.format === 'json'
      ? (line: string) => line
      : (line: string) => prettyLine(JSON.parse(line) as LogEvent, output.colors)
  const stream = { write: (line: string) => output.write(formatted(changed(line))) }
  // Levels are checked before: they follow the reference's namespaces, which pino does not know.
  const sink = pino(
    {
      level: 'trace',
      base: null,
      // pino's own takes over every field of an error, so also requests and secrets in it.
      serializers: { err: loggedError },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
    },
    stream,
  )
  const logger = leveledLogger(levels, ({ level, message, ...fields }) =>
    sink[level](fields, message),
  )
  return {
    logger,
    registry: levels,
    rewrite(change) {
      changed = change
    },
  }
}
