import { monthNames, weekdayNames } from './java-calendar.ts'
import type { PatternField, PatternPart } from './java-date-pattern.ts'
import { type DateFields, resolveDate } from './java-date-resolve.ts'
import { asciiDigits } from './java-numbers.ts'
import { type JavaTimeZone, zoneAt } from './java-time-zones.ts'

/** Fields that keep to their number of letters when another of these follows without a gap. */
const ADJACENT_LETTERS = 'MLydkHmsSDFwWhKYu'

export interface ParsedDate {
  /** null when the text does not begin as the pattern says. */
  readonly epochMs: bigint | null
  /** The one that the text names, else the one before; it changes with texts that do not fit, too. */
  readonly zone: JavaTimeZone
}

interface Reading {
  readonly fields: DateFields
  zone: JavaTimeZone
}

/** @param zone Of texts that name no other. */
export function parseDate(
  parts: readonly PatternPart[],
  text: string,
  zone: JavaTimeZone,
): ParsedDate {
  const reading: Reading = { fields: new Map(), zone }
  const fits = readParts(parts, text, reading)
  return { epochMs: fits ? resolveDate(reading.fields, reading.zone) : null, zone: reading.zone }
}

function readParts(parts: readonly PatternPart[], text: string, reading: Reading): boolean {
  let at = 0
  for (const [index, part] of parts.entries()) {
    const end =
      typeof part === 'string'
        ? literalEnd(part, text, at)
        : parseField(part, text, at, isAdjacent(parts[index + 1]), reading)
    if (end === null) return false
    at = end
  }
  return true
}

function literalEnd(literal: string, text: string, start: number): number | null {
  return text.startsWith(literal, start) ? start + literal.length : null
}

function isAdjacent(next: PatternPart | undefined): boolean {
  if (next === undefined || typeof next === 'string') return false
  if (next.letter === 'M' || next.letter === 'L') return next.count <= 2
  return ADJACENT_LETTERS.includes(next.letter)
}

/** Sets what the text has at `start`. @returns Where it ends, or null when it does not fit. */
function parseField(
  field: PatternField,
  text: string,
  start: number,
  isFollowed: boolean,
  reading: Reading,
): number | null {
  const blanks = /^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0
  const at = start + blanks
  if (at >= text.length) return null
  const set = (name: string, value: number) => {
    reading.fields.delete(name)
    reading.fields.set(name, value)
  }
  if (field.letter === 'z' || field.letter === 'Z') return parseZone(text, start, at, reading)
  const byName = nameParsers[field.letter]
  if (byName !== undefined && !isNumericMonth(field))
    return byName(text, start, at, field.count, set)
  const limit = isFollowed ? start + field.count : text.length
  if (limit > text.length) return null
  const digits = /^(?:-?\d+(?:E-?\d+)?|NaN)/.exec(asciiDigits(text.slice(at, limit)))?.[0]
  if (digits === undefined) return null
  set(...numberField(field, digits, set))
  return at + digits.length
}

function isNumericMonth({ letter, count }: PatternField): boolean {
  return (letter === 'M' || letter === 'L') && count <= 2
}

type SetField = (name: string, value: number) => void

/** The field that a number stands for, with its value there. */
function numberField(
  { letter, count }: PatternField,
  digits: string,
  set: SetField,
): readonly [string, number] {
  const value = int32Of(digits)
  switch (letter) {
    case 'y':
    case 'Y':
      return [letter, count <= 2 && /^\d\d$/.test(digits) ? inCentury(value, set) : value]
    case 'L':
      return ['M', value]
    case 'k':
      return ['H', value === 24 ? 0 : value]
    case 'h':
      return ['K', value === 12 ? 0 : value]
    case 'u':
      return ['E', value >= 1 && value <= 7 ? (value % 7) + 1 : value]
    default:
      return [letter, value]
  }
}

/** Of integers the lower 32 bits, of what only a double can hold the nearest 32-bit integer. */
function int32Of(text: string): number {
  if (text === 'NaN') return 0
  const value = Math.trunc(Number(text))
  if (Math.abs(value) >= 2 ** 63) return value < 0 ? -(2 ** 31) : 2 ** 31 - 1
  return Number(BigInt.asIntN(32, text.includes('E') ? BigInt(value) : BigInt(text)))
}

/** Two digits are a year within the century that began 80 years ago. */
function inCentury(value: number, set: SetField): number {
  const start = new Date()
  const startYear = start.getUTCFullYear() - 80
  // Whether the first year of that century or the one a hundred years later depends on the date.
  if (value === startYear % 100) set('century', start.setUTCFullYear(startYear))
  return Math.floor(startYear / 100) * 100 + value + (value < startYear % 100 ? 100 : 0)
}

type NameParser = (
  text: string,
  start: number,
  at: number,
  count: number,
  set: SetField,
) => number | null

function oneOfNames(
  field: string,
  names: readonly string[],
  valueAt: (index: number) => number,
): NameParser {
  const known = names
    .flatMap((name, index) => [
      { name, index },
      { name: name.slice(0, 3), index },
    ])
    .sort((a, b) => b.name.length - a.name.length)
  return (text, start, _at, _count, set) => {
    const rest = text.slice(start).toLowerCase()
    const found = known.find(({ name }) => rest.startsWith(name.toLowerCase()))
    if (found === undefined) return null
    set(field, valueAt(found.index))
    return start + found.name.length
  }
}

const monthParser = oneOfNames('M', monthNames, (index) => index + 1)

const nameParsers: Readonly<Record<string, NameParser>> = {
  G: oneOfNames('G', ['BC', 'AD'], (index) => index),
  M: monthParser,
  L: monthParser,
  E: oneOfNames('E', weekdayNames, (index) => index + 1),
  a: oneOfNames('a', ['AM', 'PM'], (index) => index),
  X: parseIsoZone,
}

/** `GMT`, `GMT+1:00`, `+0100` or a name. */
function parseZone(text: string, start: number, at: number, reading: Reading): number | null {
  const set = (name: string, value: number) => reading.fields.set(name, value)
  if (/^[+-]/.test(text.slice(at))) return numericZone(/^([+-])(\d\d)(\d\d)/, text, at, set)
  const afterGmt = /^gmt([+-]?)/i.exec(text.slice(start))
  if (afterGmt === null) return parseZoneName(text, at, reading)
  if (afterGmt[1] !== '') return numericZone(/^([+-])(\d\d?):(\d\d)/, text, start + 3, set)
  setOffset(0, set)
  return start + 3
}

function parseZoneName(text: string, at: number, reading: Reading): number | null {
  const found = zoneAt(text, at, reading.zone)
  if (found === null) return null
  const { zone, nameIndex } = found
  reading.zone = zone
  const name = zone.names[nameIndex] ?? ''
  const isSummer = nameIndex >= 2
  const isSameInSummer = name.toLowerCase() === zone.names[nameIndex + 2]?.toLowerCase()
  if (isSummer ? zone.summerMs > 0 : !isSameInSummer) {
    reading.fields.delete('offset')
    reading.fields.set('summer', isSummer ? zone.summerMs / 60_000 : 0)
  }
  return at + name.length
}

const isoZones = [/^([+-])(\d\d)/, /^([+-])(\d\d)(\d\d)/, /^([+-])(\d\d):(\d\d)/]

function parseIsoZone(text: string, _start: number, at: number, count: number, set: SetField) {
  if (text[at] !== 'Z') return numericZone(isoZones[count - 1] as RegExp, text, at, set)
  setOffset(0, set)
  return at + 1
}

function numericZone(form: RegExp, text: string, at: number, set: SetField): number | null {
  const match = form.exec(text.slice(at))
  const [zone = '', sign, hours, minutes = '0'] = match ?? []
  if (match === null || Number(hours) > 23 || Number(minutes) > 59) return null
  setOffset((sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)), set)
  return at + zone.length
}

function setOffset(minutes: number, set: SetField): void {
  set('offset', minutes)
  set('summer', 0)
}
