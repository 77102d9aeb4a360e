import { ConnectError, messageOf } from '../base/errors.ts'
import { parseJavaDouble, parseJavaInteger } from '../base/java-numbers.ts'
import { javaClassOf } from '../data/java-type.ts'
import { BoxedNumber } from '../data/numbers.ts'
import type {
  ConfigDefinition,
  ConfigKey,
  ConfigSpec,
  ConfigType,
  SpecValues,
} from './definition.ts'
import { Password } from './password.ts'
import type { ConfigProps } from './props.ts'
import { invalidValue } from './text.ts'

/** Full name of the class that a name or alias in the setting `key` means; null: there is none. */
export type ClassResolver = (className: string, key: string) => string | null

const anyClass: ClassResolver = (className) => className

/**
 * Typed values of all keys: from `props` where present, even if null, else the default. Other
 * properties are left alone.
 * @throws ConnectError CONFIG_INVALID for the first key that is missing or not valid.
 */
export function parseConfig<S extends ConfigSpec>(
  definition: ConfigDefinition<S>,
  props: ConfigProps,
  classes: ClassResolver = anyClass,
): SpecValues<S> {
  const missing = undefinedDependents(definition)
  if (missing.length > 0) {
    throw new ConnectError(
      `Some configurations in are referred in the dependents, but not defined: ${missing.join(', ')}`,
      { code: 'CONFIG_INVALID' },
    )
  }
  const values = Object.entries(definition.keys).map(([name, key]) => {
    const value = distinct(key, givenOrDefault(name, key, props, classes))
    key.validator?.ensureValid(name, value)
    return [name, typeof value === 'bigint' ? Number(value) : value]
  })
  return Object.fromEntries(values) as SpecValues<S>
}

/**
 * Typed value of a text, blanks around it removed; other values must already have the type. A long
 * beyond 2^53 is a bigint.
 * @throws ConnectError CONFIG_INVALID
 */
export function parseValue(
  name: string,
  value: unknown,
  type: ConfigType,
  classes: ClassResolver = anyClass,
): unknown {
  if (value === null || value === undefined) return null
  try {
    return typeof value === 'string'
      ? parseText(value, type, (className) => classes(className, name))
      : checkType(value, type)
  } catch (error) {
    if (error instanceof TypeError) throw invalidValue(name, value, messageOf(error))
    throw error
  }
}

/** Without the blanks that Java trims: everything up to U+0020. */
export function javaTrim(text: string): string {
  return text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '')
}

export function givenOrDefault(
  name: string,
  key: ConfigKey,
  props: ConfigProps,
  classes: ClassResolver = anyClass,
): unknown {
  if (Object.hasOwn(props, name)) return parseValue(name, props[name], key.type, classes)
  if (key.default !== undefined) return parseValue(name, key.default, key.type)
  throw new ConnectError(`Missing required configuration "${name}" which has no default value.`, {
    code: 'CONFIG_INVALID',
  })
}

/** @throws ConnectError CONFIG_INVALID when the default of a key is not valid. */
export function checkDefault(
  name: string,
  key: ConfigKey,
  classes: ClassResolver = anyClass,
): void {
  if (key.default === undefined) return
  const value = parseValue(name, key.default, key.type, classes)
  key.validator?.ensureValid(name, value)
}

/** Keys that others name as dependents although nobody defines them. */
export function undefinedDependents(definition: ConfigDefinition): readonly string[] {
  const named = Object.values(definition.keys).flatMap((key) => key.dependents ?? [])
  return [...new Set(named)].filter((name) => !Object.hasOwn(definition.keys, name))
}

function distinct(key: ConfigKey, value: unknown): unknown {
  return key.validator?.distinct === true && Array.isArray(value) ? [...new Set(value)] : value
}

/** @throws TypeError with the detail of the message. */
function parseText(
  given: string,
  type: ConfigType,
  classes: (className: string) => string | null,
): unknown {
  const text = javaTrim(given)
  switch (type) {
    case 'string':
      return text
    case 'password':
      return new Password(text)
    case 'boolean':
      return parseBoolean(text)
    case 'int':
    case 'short':
    case 'long':
      return parseInteger(text, type)
    case 'double':
      return parseDouble(text)
    case 'list':
      return text === '' ? [] : text.split(/[ \t-\r]*,[ \t-\r]*/)
    case 'class':
      return resolveClass(given, text, classes)
  }
}

function parseBoolean(text: string): boolean {
  const lower = text.toLowerCase()
  if (lower !== 'true' && lower !== 'false') throw new TypeError(BOOLEAN_EXPECTED)
  return lower === 'true'
}

const BOOLEAN_EXPECTED = 'Expected value to be either true or false'

const integerBits = { short: 16, int: 32, long: 64 } as const

function parseInteger(text: string, type: 'short' | 'int' | 'long'): number | bigint {
  const value = parseJavaInteger(text)
  if (value === null) throw notANumber(type)
  if (BigInt.asIntN(integerBits[type], value) !== value) throw notANumber(type)
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function parseDouble(text: string): number {
  const number = parseJavaDouble(text)
  if (number === null) throw notANumber('double')
  return number
}

function notANumber(type: ConfigType): TypeError {
  return new TypeError(`Not a number of type ${type.toUpperCase()}`)
}

function resolveClass(
  given: string,
  className: string,
  classes: (className: string) => string | null,
): string {
  const name = classes(className)
  if (name === null) throw new TypeError(`Class ${given} could not be found.`)
  return name
}

/** What a value that is not a text must be; used for defaults written in code. */
const expectations: Record<ConfigType, readonly [(value: unknown) => boolean, string]> = {
  boolean: [(value) => typeof value === 'boolean', BOOLEAN_EXPECTED],
  string: [() => false, 'a string'],
  password: [(value) => value instanceof Password, 'a string'],
  int: [Number.isInteger, 'a 32-bit integer'],
  short: [Number.isInteger, 'a 16-bit integer (short)'],
  long: [
    (value) => Number.isInteger(value) || typeof value === 'bigint',
    'a 64-bit integer (long)',
  ],
  double: [(value) => typeof value === 'number', 'a double'],
  list: [Array.isArray, 'Expected a comma separated list.'],
  class: [() => false, 'Expected a Class instance or class name.'],
}

function checkType(value: unknown, type: ConfigType): unknown {
  const [fits, expected] = expectations[type]
  if (fits(value)) return value
  throw new TypeError(
    expected.startsWith('Expected')
      ? expected
      : `Expected value to be ${expected}, but it was a ${javaClass(value)}`,
  )
}

function javaClass(value: unknown): string {
  if (typeof value === 'boolean') return 'java.lang.Boolean'
  if (Array.isArray(value)) return 'java.util.ArrayList'
  if (value instanceof Password) return 'org.apache.kafka.common.config.types.Password'
  if (value instanceof BoxedNumber) return javaClassOf(value)
  if (typeof value === 'bigint') return 'java.lang.Long'
  if (typeof value !== 'number') return typeof value
  return Number.isInteger(value) ? 'java.lang.Integer' : 'java.lang.Double'
}
