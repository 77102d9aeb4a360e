import { dayOfDate } from './java-calendar.ts'
import { type JavaTimeZone, standardOffsetAt, timeOfWall, utcZone } from './java-time-zones.ts'

/**
 * Fields that were read, by pattern letter, in the order in which they were last set: `G`, `y`,
 * `Y`, `M` (1 to 12), `w`, `W`, `D`, `d`, `F`, `E` (1 is Sunday), `a`, `H`, `K`, `m`, `s`, `S`;
 * `offset` in minutes east of UTC and `summer` in minutes on top, where not the zone decides;
 * `century`, where a year of two digits is ambiguous, its start.
 */
export type DateFields = Map<string, number>

const DAY_MS = 86_400_000n

/**
 * Milliseconds since the epoch of fields that may be incomplete, out of range or contradictory:
 * later ones win over earlier ones, missing ones are those of 1970-01-01 00:00.
 */
export function resolveDate(fields: DateFields, zone: JavaTimeZone): bigint {
  const exact = BigInt(dayOf(fields)) * DAY_MS + BigInt(timeOf(fields))
  const resolved = BigInt.asIntN(64, inUtc(exact, fields, zone))
  const centuryStart = fields.get('century')
  if (centuryStart === undefined || resolved >= BigInt(centuryStart)) return resolved
  const later = new Map([...fields].filter(([name]) => name !== 'century'))
  for (const year of ['y', 'Y']) {
    const value = fields.get(year)
    if (value !== undefined) later.set(year, value + 100)
  }
  return resolveDate(later, zone)
}

function inUtc(localMs: bigint, fields: DateFields, zone: JavaTimeZone): bigint {
  const offset = fields.get('offset')
  const summer = fields.get('summer')
  if (offset === undefined && zone === utcZone) return localMs
  if (summer === undefined) return timeOfWall(zone, localMs)
  const offsetMs =
    offset === undefined ? standardOffsetAt(zone, timeOfWall(zone, localMs)) : offset * 60_000
  return localMs - BigInt(offsetMs + summer * 60_000)
}

function timeOf(fields: DateFields): number {
  const field = (name: string) => fields.get(name) ?? 0
  const stamps = stampsOf(fields)
  const isHalfDay = Math.max(stamps('K'), stamps('a')) > stamps('H') && pair(stamps, 'K', 'a') > 0
  const isLoneHalf = stamps('H') === 0 && (stamps('K') > 0 || stamps('a') > 0)
  const hour = isHalfDay || isLoneHalf ? field('K') + 12 * field('a') : field('H')
  return ((hour * 60 + field('m')) * 60 + field('s')) * 1000 + field('S')
}

type Stamps = (name: string) => number

/** When each field was set: 1 for the first, 0 for never. */
function stampsOf(fields: DateFields): Stamps {
  const order = [...fields.keys()]
  return (name) => order.indexOf(name) + 1
}

/** When the later of two was set; 0 unless both were. */
function pair(stamps: Stamps, first: string, second: string): number {
  const [a, b] = [stamps(first), stamps(second)]
  return a === 0 || b === 0 ? 0 : Math.max(a, b)
}

function dayOf(fields: DateFields): number {
  const stamps = stampsOf(fields)
  const weekYear = fields.get('Y')
  if (weekYear !== undefined && stamps('Y') > stamps('y')) {
    const dayOfWeek = fields.get('E') ?? 1
    return sundayBy(dayOfDate(weekYear, 1, 1)) + 7 * ((fields.get('w') ?? 1) - 1) + dayOfWeek - 1
  }
  const year = yearOf(fields)
  const month = fields.get('M') ?? 1
  switch (dayField(stamps)) {
    case 'D':
      return dayOfDate(year, 1, fields.get('D') ?? 1)
    case 'w':
      return sundayBy(dayOfDate(year, 1, 1)) + weeksAndDays(fields, 'w')
    case 'W':
      return sundayBy(dayOfDate(year, month, 1)) + weeksAndDays(fields, 'W')
    case 'F':
      return dayOfWeekInMonth(fields, year, month)
    default:
      return dayOfDate(year, month, fields.get('d') ?? 1)
  }
}

function yearOf(fields: DateFields): number {
  const year = fields.get('y') ?? 1970
  return fields.get('G') === 0 ? 1 - year : year
}

/** Which field tells the day: the one that was set last, where it is complete. */
function dayField(stamps: Stamps): string {
  const candidates = [
    ['d', stamps('d')],
    ['W', pair(stamps, 'W', 'E')],
    ['F', pair(stamps, 'F', 'E')],
    ['D', stamps('D')],
    ['w', pair(stamps, 'w', 'E')],
  ] as const
  const complete = latest(candidates)
  if (complete !== null) return complete
  // Incomplete ones, a day of the week alone counting as the first such day of the month.
  return (
    latest([
      ['W', stamps('W')],
      ['F', Math.max(stamps('F'), stamps('E'))],
      ['w', stamps('w')],
    ]) ?? 'd'
  )
}

function latest(candidates: ReadonlyArray<readonly [string, number]>): string | null {
  let best: readonly [string | null, number] = [null, 0]
  for (const candidate of candidates) if (candidate[1] > best[1]) best = candidate
  return best[0]
}

/** The Sunday on or before a day. */
function sundayBy(epochDay: number): number {
  return dayOfWeekBy(epochDay, 1)
}

/** The last day on or before `epochDay` that is this day of the week; 1 is Sunday. */
function dayOfWeekBy(epochDay: number, dayOfWeek: number): number {
  const daysAfter = (((epochDay + 4 - (dayOfWeek - 1)) % 7) + 7) % 7
  return epochDay - daysAfter
}

function weeksAndDays(fields: DateFields, week: string): number {
  const daysAfterSunday = ((((fields.get('E') ?? 1) - 1) % 7) + 7) % 7
  return 7 * ((fields.get(week) ?? 1) - 1) + daysAfterSunday
}

function dayOfWeekInMonth(fields: DateFields, year: number, month: number): number {
  const dayOfWeek = fields.get('E') ?? 1
  const count = fields.get('F') ?? 1
  if (count >= 0) return dayOfWeekBy(dayOfDate(year, month, 1) + 7 * count - 1, dayOfWeek)
  return dayOfWeekBy(dayOfDate(year, month + 1, 1) + 7 * (count + 1) - 1, dayOfWeek)
}
