import { millraceCommit, millraceVersion } from '../base/version.ts'
import type { MetricsRegistry } from './registry.ts'

/** Adds which version a worker is, and when it started. @param clientId Its id. */
export function addAppInfo(registry: MetricsRegistry, clientId: string): void {
  const startMs = registry.timing.now()
  registry.add({
    domain: 'kafka.connect',
    type: 'app-info',
    tags: { 'client-id': clientId },
    read: () => ({
      version: millraceVersion,
      'commit-id': millraceCommit,
      'start-time-ms': startMs,
    }),
  })
}
