import { systemClock } from '../base/clock.ts'
import { type LogLevel, logLevels, parseLogLevel } from '../base/logger.ts'
import { createLogging, type Logging } from '../base/logger-pino.ts'
import { UsageError } from './command.ts'

/** Logs of this process: text on a terminal, in colours unless NO_COLOR is set; else JSON lines. */
export function processLogging(level: LogLevel, stream: NodeJS.WriteStream): Logging {
  const pretty = stream.isTTY
  const colors = pretty && (process.env['NO_COLOR'] ?? '') === ''
  // Whoever read the log may go away; the worker stays.
  stream.on('error', () => {})
  const write = (line: string) => void stream.write(line)
  return createLogging(level, { format: pretty ? 'pretty' : 'json', colors, write }, systemClock)
}

/** The level given, else that of MILLRACE_LOG_LEVEL, else INFO. */
export function chosenLogLevel(given: string | undefined): LogLevel {
  const text = given ?? process.env['MILLRACE_LOG_LEVEL'] ?? 'INFO'
  const level = parseLogLevel(text)
  if (level !== null) return level
  throw new UsageError(`there is no log level '${text}': one of ${logLevels.join(', ')}`)
}
