/** Millrace inside another program: a worker that is started and stopped by calls. */

export { systemClock } from './base/clock.ts'
export { ConnectError } from './base/errors.ts'
export { createLogging, type Logging, type LogOutput } from './base/logger-pino.ts'
export { type StandaloneWorker, startStandalone } from './cli/standalone-worker.ts'
export type { Herder } from './cluster/herder.ts'
