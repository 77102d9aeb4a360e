import {
  type CalendarFields,
  calendarFields,
  dayOfDate,
  monthNames,
  weekdayNames,
  yearOfEra,
} from './java-calendar.ts'
import { parseDate } from './java-date-parse.ts'
import { type PatternPart, patternParts } from './java-date-pattern.ts'
import { type JavaTimeZone, utcZone } from './java-time-zones.ts'

/**
 * A java.text.SimpleDateFormat: English, lenient. Its time zone is UTC until a text names another
 * one, which also holds for what it reads and writes from then on.
 */
export interface JavaDateFormat {
  readonly pattern: string
  /** @param epochMs Milliseconds since the epoch, any 64-bit integer. */
  format(epochMs: bigint): string
  /** @returns Milliseconds since the epoch; null when the text does not fit the pattern. */
  parse(text: string): bigint | null
}

/** @throws ConnectError ILLEGAL_ARGUMENT for a pattern that the reference refuses, in its words. */
export function javaDateFormat(pattern: string): JavaDateFormat {
  const parts = patternParts(pattern)
  let zone = utcZone
  return {
    pattern,
    format(epochMs) {
      const offsetMs = zone.offsetAt(epochMs)
      const fields = calendarFields(epochMs + BigInt(offsetMs))
      const place = { zone, epochMs, offsetMinutes: Math.trunc(offsetMs / 60_000) }
      return parts.map((part) => partText(part, fields, place)).join('')
    },
    parse(text) {
      const parsed = parseDate(parts, text, zone)
      zone = parsed.zone
      return parsed.epochMs
    },
  }
}

interface ZonedTime {
  readonly zone: JavaTimeZone
  readonly epochMs: bigint
  readonly offsetMinutes: number
}

function partText(part: PatternPart, fields: CalendarFields, place: ZonedTime): string {
  if (typeof part === 'string') return part
  const { letter, count } = part
  const field = formatters[letter]
  return field === undefined ? zoneText(letter, count, place) : field(fields, count)
}

function zoneText(letter: string, count: number, place: ZonedTime): string {
  if (letter === 'X' && place.offsetMinutes === 0) return 'Z'
  if (letter !== 'z') return offsetText(place.offsetMinutes, letter === 'X' ? count : 2)
  const summer = place.zone.isSummerAt(place.epochMs) ? 2 : 0
  return place.zone.names[summer + (count < 4 ? 1 : 0)] ?? ''
}

/** `+01`, `+0100` or `+01:00`. */
function offsetText(offsetMinutes: number, form: number): string {
  const minutes = Math.abs(offsetMinutes)
  const hours = (offsetMinutes < 0 ? '-' : '+') + String(Math.floor(minutes / 60)).padStart(2, '0')
  if (form === 1) return hours
  return hours + (form === 3 ? ':' : '') + String(minutes % 60).padStart(2, '0')
}

type Formatter = (fields: CalendarFields, count: number) => string

function padded(value: (fields: CalendarFields) => number): Formatter {
  return (fields, count) => String(value(fields)).padStart(count, '0')
}

/** A year: the last two digits for two letters, else as many as it takes. */
function yearText(year: number, count: number): string {
  const digits = String(count === 2 ? Math.abs(year) % 100 : Math.abs(year)).padStart(count, '0')
  return year < 0 ? `-${digits}` : digits
}

function monthText({ month }: CalendarFields, count: number): string {
  if (count < 3) return String(month).padStart(count, '0')
  const name = monthNames[month - 1] ?? ''
  return count === 3 ? name.slice(0, 3) : name
}

const formatters: Readonly<Record<string, Formatter>> = {
  G: ({ year }) => (year > 0 ? 'AD' : 'BC'),
  y: ({ year }, count) => yearText(yearOfEra(year), count),
  Y: (fields, count) => yearText(weekOf(fields).year, count),
  M: monthText,
  L: monthText,
  w: padded((fields) => weekOf(fields).week),
  W: padded(({ day, weekday }) => Math.ceil((day + mod7(weekday - day + 1)) / 7)),
  D: padded(({ year, epochDay }) => epochDay - dayOfDate(year, 1, 1) + 1),
  d: padded(({ day }) => day),
  F: padded(({ day }) => Math.ceil(day / 7)),
  E: ({ weekday }, count) => {
    const name = weekdayNames[weekday] ?? ''
    return count < 4 ? name.slice(0, 3) : name
  },
  u: padded(({ weekday }) => (weekday === 0 ? 7 : weekday)),
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  H: padded(({ hour }) => hour),
  k: padded(({ hour }) => hour || 24),
  K: padded(({ hour }) => hour % 12),
  h: padded(({ hour }) => hour % 12 || 12),
  m: padded(({ minute }) => minute),
  s: padded(({ second }) => second),
  S: padded(({ millisecond }) => millisecond),
}

/** Weeks begin on Sunday; the first one of a year is that of January 1st. */
function weekOf({ year, epochDay, weekday }: CalendarFields): { week: number; year: number } {
  const weekStart = epochDay - weekday
  if (weekStart + 6 >= dayOfDate(year + 1, 1, 1)) return { week: 1, year: year + 1 }
  const firstDay = dayOfDate(year, 1, 1)
  const firstWeekStart = firstDay - mod7(firstDay + 4)
  return { week: (weekStart - firstWeekStart) / 7 + 1, year }
}

function mod7(value: number): number {
  return ((value % 7) + 7) % 7
}
