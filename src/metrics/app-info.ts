import { millraceCommit, millraceVersion } from '../base/version.ts'
import type { MetricsRegistry } from './registry.ts'

/**
 * Adds which version a worker is, and when it started.
 * @param clientId Its id.
 * @param startMs Milliseconds since the epoch.
 */
export function addAppInfo(registry: MetricsRegistry, clientId: string, startMs: number): void {
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
