/** One sub-command of `millrace`. */
export interface Command {
  /** Usage line first, then what the command does and its options. */
  readonly help: string
  /** 0 for our own commands; Apache's answer `--help` with 1. */
  readonly helpExitCode: 0 | 1
  /** @returns The exit code. */
  run(args: readonly string[]): Promise<number>
}

/** Wrong arguments: the command line shows the message and where to find help, and exits with 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What `node:util` parseArgs throws for arguments that it does not know. */
export function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_')
}
