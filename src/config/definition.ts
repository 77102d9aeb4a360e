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
}

/** Suggests values and visibility from the other values. */
export interface Recommender {
  validValues(name: string, parsed: Readonly<Record<string, unknown>>): readonly unknown[]
  visible(name: string, parsed: Readonly<Record<string, unknown>>): boolean
}

/** One setting. A key without `default` is required. */
export interface ConfigKey {
  readonly type: ConfigType
  readonly default?: unknown
  readonly importance: Importance
  readonly doc: string
  readonly validator?: Validator
  readonly group?: string
  readonly order?: number
  readonly width?: Width
  readonly displayName?: string
  readonly dependents?: readonly string[]
  readonly recommender?: Recommender
}

export type ConfigSpec = Readonly<Record<string, ConfigKey>>

type TypeScriptType = {
  boolean: boolean
  string: string
  int: number
  short: number
  long: number
  double: number
  list: readonly string[]
  class: string
  password: Password
}

/** The values that a specification parses to: null only where the default is null. */
export type SpecValues<S extends ConfigSpec> = {
  readonly [K in keyof S]:
    | TypeScriptType[S[K]['type']]
    | (S[K] extends { readonly default: null } ? null : never)
}

/** Typed values of a definition made by `defineConfig`. */
export type ConfigValues<D> = D extends ConfigDefinition<infer S> ? SpecValues<S> : never

/** A secret: prints as `[hidden]` wherever text is made of it. */
export class Password {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  /** The secret itself. */
  get value(): string {
    return this.#value
  }
  toString(): string {
    return '[hidden]'
  }
  toJSON(): string {
    return '[hidden]'
  }
}

/** Settings in the order of their definition; one value gives parsing, validation, REST and docs. */
export interface ConfigDefinition<S extends ConfigSpec = ConfigSpec> {
  readonly keys: S
}

export function defineConfig<const S extends ConfigSpec>(keys: S): ConfigDefinition<S> {
  return { keys }
}

export declare function parseConfig<S extends ConfigSpec>(
  definition: ConfigDefinition<S>,
  props: ConfigProps,
): SpecValues<S>
