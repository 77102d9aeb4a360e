import type { IncomingHttpHeaders } from 'node:http'

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
// Each blank has one place only where it fits, so that no header takes long.
const PARAMETER = `;\\s*(?:(${TOKEN})\\s*=\\s*(${TOKEN}|"[^"\\\\]*")\\s*)?`
const RANGE = new RegExp(`^\\s*(${TOKEN})(?:/(${TOKEN}))?\\s*((?:${PARAMETER})*)$`)
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

interface MediaRange {
  readonly type: string
  /** null where the header names a type alone. */
  readonly subtype: string | null
  readonly parameters: ReadonlyArray<readonly [name: string, value: string]>
  /** From 0 to 1. */
  readonly quality: number
}

/** Whether the Content-Type, if there is one, can be read; whatever it names. */
export function hasReadableType({ 'content-type': type }: IncomingHttpHeaders): boolean {
  return type === undefined || typeof rangeOf(type)?.subtype === 'string'
}

/** Whether the Accept header, if there is one, can be read. */
export function hasReadableAccept({ accept = '' }: IncomingHttpHeaders): boolean {
  return accept.trim() === '' || rangesOf(accept) !== null
}

/** Whether the Content-Type, if there is one, is JSON in any spelling and charset, or includes it. */
export function sendsJson({ 'content-type': type }: IncomingHttpHeaders): boolean {
  return type === undefined || includesJson(rangeOf(type))
}

/** Whether the Content-Type names JSON, so that a body can be read as such. */
export function namesJson({ 'content-type': type }: IncomingHttpHeaders): boolean {
  const range = type === undefined ? null : rangeOf(type)
  return includesJson(range) && range?.subtype === 'json'
}

/** Whether one of the accepted types includes JSON; qualities don't count, not even 0. */
export function acceptsJson({ accept }: IncomingHttpHeaders): boolean {
  if (accept === undefined || accept.trim() === '') return true
  return rangesOf(accept)?.some(includesJson) ?? false
}

/** The Content-Type of an answer in JSON: parameters are those that the caller asked for. */
export function jsonTypeFor({ accept = '' }: IncomingHttpHeaders): string {
  const ranges = rangesOf(accept)?.filter(includesJson) ?? []
  const [best] = ranges.toSorted((a, b) => b.quality - a.quality || precision(b) - precision(a))
  if (best === undefined || precision(best) === 0) return 'application/json'
  return ['application/json', ...best.parameters.map(parameterText)].join(';')
}

/** How much a type is liked that is named in the Accept header, from 0 to 1; 0 for one that isn't. */
export function acceptedQuality({ accept = '' }: IncomingHttpHeaders, type: string): number {
  const named = rangesOf(accept)?.find((range) => `${range.type}/${range.subtype}` === type)
  return named?.quality ?? 0
}

function includesJson(range: MediaRange | null): boolean {
  if (range === null) return false
  const { type, subtype } = range
  return ['*', 'application'].includes(type) && [null, '*', 'json'].includes(subtype)
}

/** 1 where nothing is left open. */
function precision({ type, subtype }: MediaRange): 0 | 1 {
  return type === '*' || subtype === null || subtype === '*' ? 0 : 1
}

/** null where one can't be read, or there is none. */
function rangesOf(accept: string): readonly MediaRange[] | null {
  const parts = accept.match(/(?:[^,"]|"[^"]*"|")+/g)?.filter((part) => part.trim() !== '') ?? []
  const ranges = parts.flatMap((part) => rangeOf(part) ?? [])
  return ranges.length === 0 || ranges.length < parts.length ? null : ranges
}

function rangeOf(text: string): MediaRange | null {
  const match = RANGE.exec(text)
  if (match === null) return null
  const [, type = '', subtype, list = ''] = match
  const all = [...list.matchAll(new RegExp(PARAMETER, 'g'))].flatMap(
    ([, name, value = '']): ReadonlyArray<readonly [string, string]> =>
      name === undefined ? [] : [[name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')]],
  )
  const quality = all.find(([name]) => name === 'q')?.[1] ?? '1'
  if (!QUALITY.test(quality)) return null
  return {
    type: type.toLowerCase(),
    subtype: subtype?.toLowerCase() ?? null,
    parameters: all.filter(([name]) => name !== 'q'),
    quality: Number(quality),
  }
}

function parameterText([name, value]: readonly [string, string]): string {
  if (!new RegExp(`^${TOKEN}$`).test(value)) return `${name}="${value}"`
  return `${name}=${name === 'charset' && /^utf-8$/i.test(value) ? 'utf-8' : value}`
}
