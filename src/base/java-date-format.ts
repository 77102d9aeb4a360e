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

/** A java.text.SimpleDateFormat: time zone UTC, English, lenient. */
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
  return {
    pattern,
    format(epochMs) {
      const fields = calendarFields(epochMs)
      return parts.map((part) => partText(part, fields)).join('')
    },
    parse: (text) => parseDate(parts, text),
  }
}

function partText(part: PatternPart, fields: CalendarFields): string {
  if (typeof part === 'string') return part
  const field = formatters[part.letter]
  return field === undefined ? '' : field(fields, part.count)
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
  z: (_, count) => (count < 4 ? 'UTC' : 'Coordinated Universal Time'),
  Z: () => '+0000',
  X: () => 'Z',
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
