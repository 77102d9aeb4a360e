import { ConnectError } from '../../../src/base/errors.ts'

interface ErrorJson {
  readonly class: string
  readonly message: string | null
  readonly jvmWording?: boolean
  readonly messageIs?: 'prefix'
}

export interface Outcome {
  readonly error?: ErrorJson
  readonly stage?: string
  readonly [part: string]: unknown
}

/** Java class name and message of a failure, as the vectors have them. */
export function encodeError(error: unknown): ErrorJson {
  if (!(error instanceof Error)) return { class: 'not an error', message: String(error) }
  const javaClass = error instanceof ConnectError ? error.javaClass : error.name
  return { class: javaClass, message: error.message }
}

/** True when an outcome is the expected one, by the rules of the vectors. */
export function isSame(expected: Outcome | null, actual: Outcome | null): boolean {
  if (expected === null || actual === null) return expected === actual
  if (Array.isArray(expected['results']) && Array.isArray(actual['results'])) {
    const { results: wants, ...expectedRest } = expected
    const { results: gots, ...actualRest } = actual
    return haveSameResults(wants, gots) && isSame(expectedRest, actualRest)
  }
  if (isSameFailure(expected, actual)) return true
  return JSON.stringify(normalize(actual)) === JSON.stringify(normalize(expected))
}

function haveSameResults(wants: readonly Outcome[], gots: readonly Outcome[]): boolean {
  return wants.length === gots.length && wants.every((want, at) => isSame(want, gots[at] ?? null))
}

function isSameFailure(expected: Outcome, actual: Outcome): boolean {
  const want = expected.error
  const got = actual.error
  if (want === undefined || got === undefined || expected.stage !== actual.stage) return false
  if (!want.class.startsWith('org.apache.kafka.')) return true
  if (want.class !== got.class) return false
  if (want.jvmWording === true) return true
  return want.messageIs === 'prefix' && String(got.message).startsWith(String(want.message))
}

/** The same JSON value for outcomes that count as equal. */
export function normalize(json: unknown): unknown {
  if (typeof json === 'string') return json.replace(/@[0-9a-f]{5,8}\b/g, '@<hash>')
  if (Array.isArray(json)) return json.map(normalize)
  if (typeof json !== 'object' || json === null) return json
  return normalizeObject(json as Readonly<Record<string, unknown>>)
}

function normalizeObject(json: Readonly<Record<string, unknown>>): unknown {
  const { float32, map } = json
  if (typeof float32 === 'number') return { float32: Math.fround(float32) }
  if (Array.isArray(map)) return { map: map.map(normalize).sort(byText) }
  const isError = 'class' in json && 'message' in json
  const keys = Object.keys(json).filter((key) => !(isError && key === 'cause'))
  return Object.fromEntries(keys.sort(byText).map((key) => [key, normalize(json[key])]))
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}
