import type { Logger } from '../src/base/logger.ts'

/** For clients whose failures the benchmark shows itself. */
export const silentLogger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  named: () => silentLogger,
  within: () => silentLogger,
}

function ignore(): void {}
