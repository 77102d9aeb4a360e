/** Day of 1582-10-15: the reference reads days before it by the Julian calendar. */
const GREGORIAN_START_DAY = -141_427

/** A point in time in UTC, by the calendar that the reference uses. */
export interface CalendarFields {
  /** Astronomical: 0 is 1 BC. */
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  /** 0 is Sunday. */
  readonly weekday: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
  /** Days since the epoch. */
  readonly epochDay: number
}

/** @param epochMs Milliseconds since the epoch, any 64-bit integer. */
export function calendarFields(epochMs: bigint): CalendarFields {
  const msOfDay = Number(((epochMs % 86_400_000n) + 86_400_000n) % 86_400_000n)
  const epochDay = Number((epochMs - BigInt(msOfDay)) / 86_400_000n)
  return {
    ...dateOfDay(epochDay),
    weekday: (((epochDay + 4) % 7) + 7) % 7,
    hour: Math.floor(msOfDay / 3_600_000),
    minute: Math.floor(msOfDay / 60_000) % 60,
    second: Math.floor(msOfDay / 1000) % 60,
    millisecond: msOfDay % 1000,
    epochDay,
  }
}

/** Day since the epoch of a date; months and days out of their range roll over. */
export function dayOfDate(year: number, month: number, day: number): number {
  const monthIndex = month - 1
  const y = year + Math.floor(monthIndex / 12)
  const m = ((monthIndex % 12) + 12) % 12
  const gregorian = gregorianDay(y, m) + day - 1
  return gregorian >= GREGORIAN_START_DAY ? gregorian : julianDay(y, m) + day - 1
}

// Years are counted from March, so that the leap day is the last of its year.
const DAYS_TO_EPOCH_GREGORIAN = 719_468
const DAYS_TO_EPOCH_JULIAN = 719_470
const MARCH = 2

function dateOfDay(epochDay: number): { year: number; month: number; day: number } {
  const isGregorian = epochDay >= GREGORIAN_START_DAY
  const startOfYear = isGregorian ? gregorianDay : julianDay
  const meanYearDays = isGregorian ? 365.2425 : 365.25
  // The mean year is less than two days off, so the estimate is right or one too large.
  let year = Math.floor((epochDay + DAYS_TO_EPOCH_GREGORIAN) / meanYearDays) + 1
  while (startOfYear(year, MARCH) > epochDay) year--
  const dayOfYear = epochDay - startOfYear(year, MARCH)
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  return marchMonth < 10
    ? { year, month: marchMonth + 3, day }
    : { year: year + 1, month: marchMonth - 9, day }
}

function gregorianDay(year: number, monthIndex: number): number {
  const y = monthIndex < 2 ? year - 1 : year
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return 365 * y + leaps + daysBeforeMonth(monthIndex) - DAYS_TO_EPOCH_GREGORIAN
}

function julianDay(year: number, monthIndex: number): number {
  const y = monthIndex < 2 ? year - 1 : year
  return 365 * y + Math.floor(y / 4) + daysBeforeMonth(monthIndex) - DAYS_TO_EPOCH_JULIAN
}

function daysBeforeMonth(monthIndex: number): number {
  const marchMonth = (monthIndex + 10) % 12
  return Math.floor((153 * marchMonth + 2) / 5)
}

export const weekdayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
]
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** A date as the reference prints it in UTC: `Thu Jan 01 00:00:00 UTC 1970`. */
export function javaDateText(epochMs: bigint): string {
  const at = calendarFields(epochMs)
  const weekday = weekdayNames[at.weekday]?.slice(0, 3)
  const month = monthNames[at.month - 1]?.slice(0, 3)
  const time = [at.hour, at.minute, at.second].map(twoDigits).join(':')
  return `${weekday} ${month} ${twoDigits(at.day)} ${time} UTC ${yearOfEra(at.year)}`
}

/** Years before 1 AD count backwards from 1 BC. */
export function yearOfEra(year: number): number {
  return year > 0 ? year : 1 - year
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
