export interface GroupSettings {
  readonly sessionTimeoutMinMs: number
  readonly sessionTimeoutMaxMs: number
  readonly metadataBytesMax: number
  /** How long offsets are kept that nobody uses. */
  readonly retentionMs: number
  readonly cleanUpIntervalMs: number
}

const MINUTE_MS = 60_000

/** @param settings Of the broker; the names and defaults are Apache Kafka's. */
export function groupSettings(settings: ReadonlyMap<string, string>): GroupSettings {
  const number = (name: string, byDefault: number) => Number(settings.get(name) ?? byDefault)
  return {
    sessionTimeoutMinMs: number('group.min.session.timeout.ms', 6000),
    sessionTimeoutMaxMs: number('group.max.session.timeout.ms', 30 * MINUTE_MS),
    metadataBytesMax: number('offset.metadata.max.bytes', 4096),
    retentionMs: number('offsets.retention.minutes', 7 * 24 * 60) * MINUTE_MS,
    cleanUpIntervalMs: number('offsets.retention.check.interval.ms', 10 * MINUTE_MS),
  }
}
