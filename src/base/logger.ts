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
