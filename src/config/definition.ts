import { ConnectError } from '../base/errors.ts'
import { checkDefault } from './parse.ts'
import type { Password } from './password.ts'
import type { ConfigProps } from './props.ts'

export type ConfigType =
  | 'boolean'
  | 'string'
  | 'int'
  | 'short'
  | 'long'
  | 'double'
  | 'list'
  | 'class'
  | 'password'

export type Importance = 'high' | 'medium' | 'low'
export type Width = 'none' | 'short' | 'medium' | 'long'

/** Checks one parsed value; throws ConnectError CONFIG_INVALID. `toString` is shown in docs. */
export interface Validator {
  ensureValid(key: string, value: unknown): void
  toString(): string
  /** A list whose repeated elements are left out when it is parsed; reports refuse them. */
  readonly distinct?: true
}

/** Suggests values and visibility from the other values; may throw ConnectError CONFIG_INVALID. */
export interface Recommender {
  validValues(name: string, parsed: Readonly<Record<string, unknown>>): readonly unknown[]
  visible(name: string, parsed: Readonly<Record<string, unknown>>): boolean
}

type ParsedTypes = {
  boolean: boolean
  string: string
  int: number
  short: number
  /** Rounded beyond 2^53; reports print every digit. */
  long: number
  double: number
  list: readonly string[]
  class: string
  password: Password
}

type DefaultTypes = Omit<ParsedTypes, 'password' | 'list'> & {
  password: string
  list: readonly string[] | string
}

interface KeyBase {
  readonly importance: Importance
  readonly doc: string
  readonly validator?: Validator
  readonly group?: string
  /** Place within the group. */
  readonly order?: number
  readonly width?: Width
  readonly displayName?: string
  /** Keys whose recommended values or visibility follow from this one. */
  readonly dependents?: readonly string[]
  readonly recommender?: Recommender
  /** For a setting beyond those of the reference: lists and reports leave it out else. */
  readonly isListedOnlyIfGiven?: true
}

/** One setting. A key without `default` is required. */
export type ConfigKey = {
  [T in ConfigType]: KeyBase & { readonly type: T; readonly default?: DefaultTypes[T] | null }
}[ConfigType]

export type ConfigSpec = Readonly<Record<string, ConfigKey>>

/** The values that a specification parses to: null only where the default is null. */
export type SpecValues<S extends ConfigSpec> = {
  readonly [K in keyof S]:
    | ParsedTypes[S[K]['type']]
    | (S[K] extends { readonly default: null } ? null : never)
}

/** Typed values of a definition made by `defineConfig`. */
export type ConfigValues<D> = D extends ConfigDefinition<infer S> ? SpecValues<S> : never

/** Settings in the order of their definition; one value gives parsing, validation, REST and docs. */
export interface ConfigDefinition<S extends ConfigSpec = ConfigSpec> {
  readonly keys: S
}

/** @throws ConnectError CONFIG_INVALID when a default is not valid itself. */
export function defineConfig<const S extends ConfigSpec>(keys: S): ConfigDefinition<S> {
  for (const [name, key] of Object.entries(keys)) checkDefault(name, key)
  return { keys }
}

/**
 * The keys that lists and reports show.
 * @param props Given settings, their names beginning with `prefix`.
 */
export function listedKeys(keys: ConfigSpec, props: ConfigProps, prefix = ''): ConfigSpec {
  const listed = Object.entries(keys).filter(
    ([name, key]) => key.isListedOnlyIfGiven !== true || Object.hasOwn(props, prefix + name),
  )
  return Object.fromEntries(listed)
}

/**
 * The keys of `base`, then `keys`.
 * @throws ConnectError CONFIG_INVALID when both define a key.
 */
export function extendConfig<B extends ConfigSpec, const S extends ConfigSpec>(
  base: ConfigDefinition<B>,
  keys: S,
): ConfigDefinition<B & S> {
  const twice = Object.keys(keys).find((name) => Object.hasOwn(base.keys, name))
  if (twice !== undefined) {
    throw new ConnectError(`Configuration ${twice} is defined twice.`, { code: 'CONFIG_INVALID' })
  }
  return { keys: { ...base.keys, ...defineConfig(keys).keys } }
}
