import { numberSetting, type Settings } from '../own-settings.ts'

export interface GroupSettings {
  readonly sessionTimeoutMinMs: number
  readonly sessionTimeoutMaxMs: number
  /** Members of a group, and those that were promised a place. */
  readonly sizeMax: number
  readonly metadataBytesMax: number
  /** How long offsets are kept that nobody uses. */
  readonly retentionMs: number
  readonly cleanUpIntervalMs: number
}

const MINUTE_MS = 60_000

export function groupSettings(settings: Settings): GroupSettings {
  return {
    sessionTimeoutMinMs: numberSetting(settings, 'group.min.session.timeout.ms'),
    sessionTimeoutMaxMs: numberSetting(settings, 'group.max.session.timeout.ms'),
    sizeMax: numberSetting(settings, 'group.max.size'),
    metadataBytesMax: numberSetting(settings, 'offset.metadata.max.bytes'),
    retentionMs: numberSetting(settings, 'offsets.retention.minutes') * MINUTE_MS,
    cleanUpIntervalMs: numberSetting(settings, 'offsets.retention.check.interval.ms'),
  }
}
