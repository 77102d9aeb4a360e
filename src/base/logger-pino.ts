import { pino } from 'pino'
import type { Clock } from './clock.ts'
import { type Logger, type LoggerRegistry, type LogLevel, logLevels } from './logger.ts'
import { type LogEvent, loggedError } from './logger-event.ts'
import { createLogLevels, type LogLevels, type NamespaceLevel } from './logger-levels.ts'
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
}

export function createLogging(rootLevel: LogLevel, output: LogOutput, clock: Clock): Logging {
  const levels = createLogLevels(rootLevel, clock)
  const stream =
    output.format === 'json'
      ? output
      : {
          write: (line: string) =>
            output.write(prettyLine(JSON.parse(line) as LogEvent, output.colors)),
        }
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
  const write: Write = (level, fields, message) => sink[level](fields, message)
  return { logger: makeLogger({ levels, write }, 'root', null), registry: levels }
}

type PinoLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'
type Write = (level: PinoLevel, fields: object, message: string) => void

interface LoggerParts {
  readonly levels: LogLevels
  readonly write: Write
}

function makeLogger(parts: LoggerParts, namespace: string, context: string | null): Logger {
  const threshold = parts.levels.level(namespace)
  const at = (level: PinoLevel) =>
    method(parts.write, threshold, level, { logger: namespace, context })
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    named: (other) => makeLogger(parts, other, context),
    within: (other) => makeLogger(parts, namespace, other),
  }
}

function method(
  write: Write,
  threshold: NamespaceLevel,
  level: PinoLevel,
  origin: { readonly logger: string; readonly context: string | null },
): (message: string, error?: unknown) => void {
  const rank = logLevels.findIndex((known) => known.toLowerCase() === level)
  const { logger, context } = origin
  const fields = context === null ? { logger } : { logger, context }
  return (message, error) => {
    if (rank > threshold.rank) return
    write(level, error === undefined ? fields : { ...fields, err: error }, message)
  }
}
