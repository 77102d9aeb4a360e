/** One event as it is written in JSON; key order is the order in the line. */
export interface LogEvent {
  readonly level: string
  readonly time: string
  readonly logger: string
  /** Connector and task, such as `my-sink|task-0`. */
  readonly context?: string
  readonly msg: string
  readonly err?: LoggedError
}

export interface LoggedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack: string
  readonly cause?: LoggedError
}

export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: String(error), stack: '' }
  }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack ?? '',
    ...(error.cause === undefined ? {} : { cause: loggedError(error.cause) }),
  }
}
