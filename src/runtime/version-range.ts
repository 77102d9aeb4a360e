import { ConnectError } from '../base/errors.ts'

interface Bound {
  readonly version: string
  readonly inclusive: boolean
}

interface Interval {
  readonly lower: Bound | null
  readonly upper: Bound | null
}

/** Versions that a user allows, as `[1.0,2.0)`. */
export interface VersionRange {
  includes(version: string): boolean
  toString(): string
}

/**
 * Reads a range in Maven's syntax; a bare version means exactly that one.
 * @throws ConnectError CONFIG_INVALID, with Maven's text.
 */
export function parseVersionRange(spec: string): VersionRange {
  const trimmed = spec.trim()
  const intervals = parseIntervals(/^[[(]/.test(trimmed) ? trimmed : `[${trimmed}]`)
  return {
    includes: (version) => intervals.some((interval) => within(interval, version)),
    toString: () => intervals.map(textOf).join(','),
  }
}

function parseIntervals(spec: string): readonly Interval[] {
  const intervals: Interval[] = []
  let rest = spec
  while (/^[[(]/.test(rest)) {
    const end = rest.search(/[\])]/)
    if (end < 0) throw invalid('Unbounded range', spec)
    const interval = parseInterval(rest.slice(0, end + 1))
    if (overlaps(intervals.at(-1), interval)) throw invalid('Ranges overlap', spec)
    intervals.push(interval)
    rest = rest
      .slice(end + 1)
      .trim()
      .replace(/^,\s*/, '')
  }
  if (rest !== '') {
    throw invalid('Only fully-qualified sets allowed in multiple set scenario', spec)
  }
  return intervals
}

function parseInterval(spec: string): Interval {
  const opens = spec.startsWith('[')
  const closes = spec.endsWith(']')
  const body = spec.slice(1, -1).trim()
  const comma = body.indexOf(',')
  if (comma < 0) {
    if (!(opens && closes)) throw invalid('Single version must be surrounded by []', spec)
    const bound = { version: body, inclusive: true }
    return { lower: bound, upper: bound }
  }
  const lower = body.slice(0, comma).trim()
  const upper = body.slice(comma + 1).trim()
  if (!isOrdered(lower, upper, opens && closes))
    throw invalid('Range defies version ordering', spec)
  return {
    lower: lower === '' ? null : { version: lower, inclusive: opens },
    upper: upper === '' ? null : { version: upper, inclusive: closes },
  }
}

function isOrdered(lower: string, upper: string, mayBeEqual: boolean): boolean {
  if (lower === '' || upper === '') return true
  const order = compareVersions(upper, lower)
  return order > 0 || (order === 0 && mayBeEqual)
}

function overlaps(before: Interval | undefined, next: Interval): boolean {
  if (before?.upper == null) return false
  return next.lower === null || compareVersions(next.lower.version, before.upper.version) < 0
}

function within({ lower, upper }: Interval, version: string): boolean {
  return above(lower, version, 1) && above(upper, version, -1)
}

function above(bound: Bound | null, version: string, direction: 1 | -1): boolean {
  if (bound === null) return true
  const order = compareVersions(version, bound.version) * direction
  return order > 0 || (order === 0 && bound.inclusive)
}

function textOf({ lower, upper }: Interval): string {
  const open = lower?.inclusive === true ? '[' : '('
  const close = upper?.inclusive === true ? ']' : ')'
  return `${open}${lower?.version ?? ''},${upper?.version ?? ''}${close}`
}

function invalid(problem: string, spec: string): ConnectError {
  return new ConnectError(`${problem}: ${spec}`, { code: 'CONFIG_INVALID' })
}

// Between these and a plain number, as in Maven; unknown qualifiers come after `sp`, by alphabet.
const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp']
const synonyms: Readonly<Record<string, string>> = {
  a: 'alpha',
  b: 'beta',
  m: 'milestone',
  cr: 'rc',
  ga: '',
  final: '',
  release: '',
}

/**
 * Orders versions as Maven does: by numbers, then by qualifiers; `1.0` equals `1`.
 * @returns Negative when `a` is older.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a)
  const right = partsOf(b)
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareParts(left[index], right[index])
    if (order !== 0) return order
  }
  return 0
}

type Part = bigint | string

function partsOf(version: string): readonly Part[] {
  const words = version.toLowerCase().match(/\d+|[^\d.\-_]+/g) ?? []
  const parts = words.map((word) => (/^\d/.test(word) ? BigInt(word) : (synonyms[word] ?? word)))
  return parts.filter((part, index) => part !== 0n || leadsToNumber(parts.slice(index)))
}

/** Zeros at the end or before a qualifier mean nothing: `1.0-rc1` is `1-rc1`. */
function leadsToNumber(parts: readonly Part[]): boolean {
  return typeof parts.find((part) => part !== 0n) === 'bigint'
}

function compareParts(a: Part | undefined, b: Part | undefined): number {
  if (typeof a === 'bigint' || typeof b === 'bigint') return compareNumbers(a, b)
  const order = rankOf(a ?? '') - rankOf(b ?? '')
  return order === 0 ? (a ?? '').localeCompare(b ?? '', 'en') : order
}

/** A number is newer than any qualifier; one that is missing counts as zero. */
function compareNumbers(a: Part | undefined, b: Part | undefined): number {
  if (typeof a === 'string') return -1
  if (typeof b === 'string') return 1
  const left = a ?? 0n
  const right = b ?? 0n
  return left === right ? 0 : left < right ? -1 : 1
}

function rankOf(qualifier: string): number {
  const rank = qualifiers.indexOf(qualifier)
  return rank < 0 ? qualifiers.length : rank
}
