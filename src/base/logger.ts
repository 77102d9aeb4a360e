/** One line per call; `context` names connector and task, as `[name|task-0] ` in the reference. */
export interface Logger {
  trace(message: string, error?: unknown): void
  debug(message: string, error?: unknown): void
  info(message: string, error?: unknown): void
  warn(message: string, error?: unknown): void
  error(message: string, error?: unknown): void
  /** Logger of a namespace (`org.apache.kafka.connect...`), with the same context. */
  named(namespace: string): Logger
  /** The same logger for one connector or task, such as `my-sink|task-0`. */
  within(context: string): Logger
}

/** From silent to everything, as the reference knows them. */
export const logLevels = ['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'ALL'] as const

export type LogLevel = (typeof logLevels)[number]

/** @returns null for a text that names no level; case does not matter. */
export function parseLogLevel(text: string): LogLevel | null {
  const upper = text.toUpperCase()
  return logLevels.find((level) => level === upper) ?? null
}

export interface LoggerState {
  readonly level: LogLevel
  /** Milliseconds since the epoch; null until the level was changed at run time. */
  readonly lastModified: number | null
}

/** Levels of the loggers in this process, for `/admin/loggers`. The root logger is `root` (any case). */
export interface LoggerRegistry {
  /** Every known logger, sorted by name. */
  list(): ReadonlyMap<string, LoggerState>
  /** null for a namespace that nobody logs to and nobody set. */
  get(namespace: string): LoggerState | null
  /**
   * Sets the level of a namespace and of everything below it.
   * @returns Sorted names of the loggers whose level changed.
   */
  setLevel(namespace: string, level: LogLevel): readonly string[]
}
