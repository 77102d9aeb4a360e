import { ConnectError, messageOf } from '../base/errors.ts'
import { javaPattern } from '../base/java-pattern.ts'
import { doubleText } from '../data/number-text.ts'
import type { Validator } from './definition.ts'
import { invalidValue } from './text.ts'

/** @param text What is valid, for docs. @param check Throws ConnectError CONFIG_INVALID. */
export function validator(text: string, check: (key: string, value: unknown) => void): Validator {
  return { ensureValid: check, toString: () => text }
}

/** The first of `validators` that objects is heard. */
export function allOf(...validators: readonly Validator[]): Validator {
  return validator(validators.join(', '), (key, value) => {
    for (const each of validators) each.ensureValid(key, value)
  })
}

/** A number of at least `min`; null is refused. */
export function atLeast(min: number): Validator {
  return between(min, Infinity)
}

/** A number from `min` to `max`, both included; null is refused. */
export function between(min: number, max: number): Validator {
  const fractional = [min, max].some((bound) => Number.isFinite(bound) && !Number.isInteger(bound))
  const text = (value: number | bigint) => (fractional ? doubleText(Number(value)) : String(value))
  const limits = max === Infinity ? text(min) : `${text(min)},...,${text(max)}`
  return validator(max === Infinity ? `[${limits},...]` : `[${limits}]`, (key, value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      throw invalidValue(key, null, 'Value must be non-null')
    }
    if (value < min) throw invalidValue(key, text(value), `Value must be at least ${text(min)}`)
    if (value > max) throw invalidValue(key, text(value), `Value must be no more than ${text(max)}`)
  })
}

export function oneOf(...allowed: readonly string[]): Validator {
  return validator(`[${allowed.join(', ')}]`, (key, value) => {
    if (typeof value === 'string' && allowed.includes(value)) return
    throw invalidValue(key, value, `String must be one of: ${allowed.join(', ')}`)
  })
}

export function oneOfIgnoreCase(...allowed: readonly string[]): Validator {
  const upper = allowed.map((each) => each.toUpperCase())
  return validator(`(case insensitive) [${upper.join(', ')}]`, (key, value) => {
    if (typeof value === 'string' && upper.includes(value.toUpperCase())) return
    throw invalidValue(key, value, `String must be one of (case insensitive): ${upper.join(', ')}`)
  })
}

/** Null passes. */
export const nonEmptyString = validator('non-empty string', (key, value) => {
  if (value === '') throw invalidValue(key, value, 'String must be non-empty')
})

/** Null passes. */
export const nonEmptyStringWithoutControlChars = validator(
  'non-empty string without ISO control characters',
  (key, value) => {
    if (typeof value !== 'string') return
    if (value === '') throw invalidValue(key, value, 'String may not be empty')
    const codes = Array.from(value.matchAll(/\p{Cc}/gu), ([char]) => char.charCodeAt(0))
    if (codes.length === 0) return
    throw invalidValue(
      key,
      value,
      `String may not contain control sequences but had the following ASCII chars: ${codes.join(', ')}`,
    )
  },
)

export const nonNull = validator('non-null string', (key, value) => {
  if (value === null) throw invalidValue(key, value, 'entry must be non null')
})

export function listOfAtMost(size: number): Validator {
  return validator(`List containing maximum of ${size} elements`, (key, value) => {
    if (!Array.isArray(value)) throw new TypeError(`configuration ${key} must be a list`)
    if (value.length > size) {
      throw invalidValue(key, value, `exceeds maximum list size of [${size}].`)
    }
  })
}

export interface DistinctListOptions {
  /** Elements that may occur; any when absent. */
  readonly of?: readonly string[]
  /** True unless said otherwise. */
  readonly emptyAllowed?: boolean
  /** False unless said otherwise. */
  readonly nullAllowed?: boolean
}

/** A list without empty elements. Repeated ones are refused in reports, left out when parsed. */
export function distinctList(options: DistinctListOptions = {}): Validator {
  const { of = [], nullAllowed = false } = options
  if (options.of?.length === 0 && options.emptyAllowed === false) {
    throw new TypeError(
      'At least one valid string must be provided when empty values are not allowed',
    )
  }
  const element = of.length > 0 ? oneOf(...of) : null
  const check = (key: string, value: unknown) => {
    if (value === null && nullAllowed) return
    const problem = listProblem(value, options)
    if (problem !== null) {
      throw new ConnectError(`Configuration '${key}' ${problem}`, { code: 'CONFIG_INVALID' })
    }
    if (Array.isArray(value)) for (const each of value) element?.ensureValid(key, each)
  }
  return { ...validator(element?.toString() ?? '', check), distinct: true }
}

function listProblem(value: unknown, options: DistinctListOptions): string | null {
  const { of = [], emptyAllowed = true } = options
  if (!Array.isArray(value)) return 'values must not be null.'
  if (value.length === 0 && !emptyAllowed) {
    const allowed = of.length > 0 ? `[${of.join(', ')}]` : 'any non-empty value'
    return `must not be empty. Valid values include: ${allowed}`
  }
  if (new Set(value).size !== value.length) return 'values must not be duplicated.'
  return value.includes('') ? 'values must not be empty.' : null
}

/** Null passes; anything else is up to `inner`. */
export function orNull(inner: Validator): Validator {
  return validator(inner.toString(), (key, value) => {
    if (value !== null) inner.ensureValid(key, value)
  })
}

/** A pattern of java.util.regex. */
export const validRegex = validator('valid regex', (key, value) => {
  try {
    if (typeof value !== 'string') throw new TypeError('no pattern was given')
    javaPattern(value)
  } catch (error) {
    throw invalidValue(key, value, `Invalid regex: ${messageOf(error)}`)
  }
})
