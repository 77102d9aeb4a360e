import { type ZoneNames, zoneNames } from './java-zone-names.ts'

/** A time zone as the reference knows it. Offsets are milliseconds east of UTC. */
export interface JavaTimeZone {
  /** Standard time, its abbreviation, summer time, its abbreviation. */
  readonly names: readonly string[]
  /** What summer time adds nowadays; 0 where there is none. */
  readonly summerMs: number
  offsetAt(epochMs: bigint): number
  isSummerAt(epochMs: bigint): boolean
}

export const utcZone: JavaTimeZone = {
  names: ['Coordinated Universal Time', 'UTC', 'Coordinated Universal Time', 'UTC'],
  summerMs: 0,
  offsetAt: () => 0,
  isSummerAt: () => false,
}

export interface FoundZone {
  readonly zone: JavaTimeZone
  /** Which of its names the text has. */
  readonly nameIndex: number
}

/** The zone with a name that `text` has at `start`, in any case: `current`, UTC, then all others. */
export function zoneAt(text: string, start: number, current: JavaTimeZone): FoundZone | null {
  const rest = text.slice(start, start + LONGEST_NAME).toLowerCase()
  const indexIn = ({ names }: { readonly names: readonly string[] }) =>
    names.findIndex((name) => rest.startsWith(name.toLowerCase()))
  for (const zone of [current, utcZone]) {
    const nameIndex = indexIn(zone)
    if (nameIndex >= 0) return { zone, nameIndex }
  }
  const known = zoneNames.find((names) => indexIn(names) >= 0)
  return known === undefined ? null : { zone: javaTimeZone(known), nameIndex: indexIn(known) }
}

const LONGEST_NAME = 64

const zones = new Map<ZoneNames, JavaTimeZone>()

function javaTimeZone(known: ZoneNames): JavaTimeZone {
  let zone = zones.get(known)
  if (zone === undefined) {
    zone = madeZone(known)
    zones.set(known, zone)
  }
  return zone
}

function madeZone({ id, names, summerMinutes }: ZoneNames): JavaTimeZone {
  const offsets = new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: 'longOffset' })
  const longNames = new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: 'long' })
  const offsetOf = (epochMs: bigint) => offsetMsOf(zoneNameIn(offsets, ruledTime(epochMs)))
  const oldOffset = Math.min(offsetOf(A_WINTER_MS), offsetOf(A_WINTER_MS + HALF_YEAR_MS))
  const offsetAt = (epochMs: bigint) => (epochMs < YEAR_1900_MS ? oldOffset : offsetOf(epochMs))
  return {
    names,
    summerMs: summerMinutes * 60_000,
    offsetAt,
    isSummerAt(epochMs) {
      if (epochMs < YEAR_1900_MS) return false
      const offset = offsetAt(epochMs)
      if (id === 'Europe/Dublin') return offset > 0
      const name = zoneNameIn(longNames, ruledTime(epochMs))
      if (!/^GMT[+-]/.test(name)) return /Daylight|Summer/.test(name)
      // Years for which there is no name: clocks were behind both before and after.
      const isBehind = (days: bigint) => offset > offsetAt(epochMs + days * DAY_MS)
      return [-240n, -182n, -120n].some(isBehind) && [120n, 182n, 240n].some(isBehind)
    },
  }
}

/** Before it, the reference has the standard time of today. */
const YEAR_1900_MS = -2_208_988_800_000n
const YEAR_2100_MS = 4_102_444_800_000n
const A_WINTER_MS = 1_893_456_000_000n
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000n
const HALF_YEAR_MS = 182n * DAY_MS
/** After as many years, days of the week and leap years come again. */
const CYCLE_MS = 146_097n * DAY_MS

/** A time within the range of Date at which the rules of a zone say the same. */
function ruledTime(epochMs: bigint): number {
  if (epochMs < YEAR_2100_MS) return Number(epochMs)
  return Number(YEAR_2100_MS + ((epochMs - YEAR_2100_MS) % CYCLE_MS))
}

function zoneNameIn(format: Intl.DateTimeFormat, epochMs: number): string {
  return format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

/** Of `GMT-08:00`, `GMT-02:30:52` or `GMT`. */
function offsetMsOf(text: string): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? []
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return (sign === '-' ? -offset : offset) * 1000
}

/** When clocks in the zone show `localMs`: the later time of two, as if never put forward of none. */
export function timeOfWall(zone: JavaTimeZone, localMs: bigint): bigint {
  const earlier = zone.offsetAt(localMs - DAY_MS)
  const later = zone.offsetAt(localMs + DAY_MS)
  const epochMs = localMs - BigInt(later)
  return zone.offsetAt(epochMs) === later ? epochMs : localMs - BigInt(earlier)
}

/** What standard time is east of UTC at a time. */
export function standardOffsetAt(zone: JavaTimeZone, epochMs: bigint): number {
  const offset = zone.offsetAt(epochMs)
  if (!zone.isSummerAt(epochMs)) return offset
  const others = [zone.offsetAt(epochMs - HALF_YEAR_MS), zone.offsetAt(epochMs + HALF_YEAR_MS)]
  const lower = Math.min(...others)
  return lower < offset ? lower : offset - HOUR_MS
}
