import type { Logger } from '../base/logger.ts'

/** An error in a callback of one plug-in does not end all the others. */
export function survivePlugins(logger: Logger): void {
  process.on('uncaughtException', (error) => logger.error('Uncaught error', error))
  process.on('unhandledRejection', (reason) => logger.error('Unhandled rejection', reason))
}
