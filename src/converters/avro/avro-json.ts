import { doubleText, Float64 } from '../../sdk/index.ts'

/**
 * JSON as it stands in schemas: integers beyond 2^53 are bigint, so that no digit is lost, and a
 * `Float64` prints with its point.
 */
export type AvroJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float64
  | readonly AvroJson[]
  | AvroJsonObject

export interface AvroJsonObject {
  readonly [key: string]: AvroJson
}

/** With the argument that tells the source text of a number. */
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => AvroJson

/** @throws SyntaxError, or RangeError for what is nested too deeply. */
export function parseJson(text: string): AvroJson {
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? exact(value, source) : value,
  )
}

function exact(value: number, source: string): AvroJson {
  if (!/^-?\d+$/.test(source)) return Number.isInteger(value) ? new Float64(value) : value
  return Number.isSafeInteger(value) ? value : BigInt(source)
}

/** The text as Java's library prints it. */
export function jsonText(json: AvroJson): string {
  if (typeof json === 'bigint') return String(json)
  if (typeof json === 'number') return Number.isInteger(json) ? String(json) : doubleJson(json)
  if (json instanceof Float64) return doubleJson(json.value)
  if (typeof json !== 'object' || json === null)
    return typeof json === 'string' ? quoted(json) : JSON.stringify(json)
  if (isJsonArray(json)) return `[${json.map(jsonText).join()}]`
  const fields = Object.entries(json).map(([key, value]) => `${quoted(key)}:${jsonText(value)}`)
  return `{${fields.join()}}`
}

/** With escapes in capitals, as Java's library prints them. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\(?:u[0-9a-f]{4}|.)/g, (code) =>
    code.length > 2 ? `\\u${code.slice(2).toUpperCase()}` : code,
  )
}

function doubleJson(value: number): string {
  return Number.isFinite(value) ? doubleText(value) : `"${doubleText(value)}"`
}

export function isJsonArray(json: AvroJson | undefined): json is readonly AvroJson[] {
  return Array.isArray(json)
}

export function isJsonObject(json: AvroJson | undefined): json is AvroJsonObject {
  return (
    typeof json === 'object' && json !== null && !isJsonArray(json) && !(json instanceof Float64)
  )
}
