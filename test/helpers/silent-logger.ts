import type { Logger } from '../../src/base/logger.ts'

export const silentLogger: Logger = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  named: () => silentLogger,
  within: () => silentLogger,
}
