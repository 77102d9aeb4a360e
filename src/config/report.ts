import { ConnectError } from '../base/errors.ts'
import type { ConfigDefinition, ConfigKey } from './definition.ts'
import { type ClassResolver, givenOrDefault, undefinedDependents } from './parse.ts'
import type { ConfigProps } from './props.ts'

/** State of one setting after validation. */
export interface ConfigValue {
  readonly name: string
  /** Null where it could not be parsed; a long beyond 2^53 is a bigint. */
  readonly value: unknown
  readonly recommendedValues: readonly unknown[]
  readonly errors: readonly string[]
  readonly visible: boolean
}

/** Result of a validation: one entry for each setting, in the order of the definition. */
export interface ConfigReport {
  readonly values: readonly ConfigValue[]
}

/** The same report with one more error on `name`, which gets an entry if it has none. */
export function withError(report: ConfigReport, name: string, message: string): ConfigReport {
  if (!report.values.some((value) => value.name === name)) {
    return { values: [...report.values, { ...emptyValue(name), errors: [message] }] }
  }
  return {
    values: report.values.map((value) =>
      value.name === name ? { ...value, errors: [...value.errors, message] } : value,
    ),
  }
}

/** Checks all settings and collects every problem; other properties are left alone. */
export function validateConfig(
  definition: ConfigDefinition,
  props: ConfigProps,
  classes?: ClassResolver,
): ConfigReport {
  const dependents = new Set(Object.values(definition.keys).flatMap((key) => key.dependents ?? []))
  const roots = Object.keys(definition.keys).filter((name) => !dependents.has(name))
  const states = new Map(Object.keys(definition.keys).map((name) => [name, emptyState(name)]))
  const visit = (names: readonly string[], step: (key: ConfigKey, state: ValueState) => void) => {
    for (const name of names) {
      const key = definition.keys[name]
      const state = states.get(name)
      if (key === undefined || state === undefined) continue
      step(key, state)
      visit(key.dependents ?? [], step)
    }
  }
  visit(roots, (key, state) => check(key, state, props, classes))
  const parsed = Object.fromEntries([...states].map(([name, { value }]) => [name, value]))
  visit(roots, (key, state) => recommend(key, state, parsed))
  const undefinedOnes = undefinedDependents(definition).map((name) => ({
    ...emptyValue(name),
    errors: [`${name} is referred in the dependents, but not defined.`],
    visible: false,
  }))
  return { values: [...states.values(), ...undefinedOnes] }
}

type ValueState = { -readonly [K in keyof ConfigValue]: ConfigValue[K] } & { errors: string[] }

function emptyState(name: string): ValueState {
  return { ...emptyValue(name), errors: [] }
}

function emptyValue(name: string): ConfigValue {
  return { name, value: null, recommendedValues: [], errors: [], visible: true }
}

/** The validator also runs after a failure to parse, on null, as clients of the reference know it. */
function check(
  key: ConfigKey,
  state: ValueState,
  props: ConfigProps,
  classes?: ClassResolver,
): void {
  collect(state, () => {
    state.value = givenOrDefault(state.name, key, props, classes)
  })
  collect(state, () => key.validator?.ensureValid(state.name, state.value))
}

function recommend(
  { recommender }: ConfigKey,
  state: ValueState,
  parsed: Readonly<Record<string, unknown>>,
): void {
  if (recommender === undefined) return
  collect(state, () => {
    state.recommendedValues = recommender.validValues(state.name, parsed)
    state.visible = recommender.visible(state.name, parsed)
  })
}

function collect(state: ValueState, step: () => void): void {
  try {
    step()
  } catch (error) {
    if (!(error instanceof ConnectError) || error.code !== 'CONFIG_INVALID') throw error
    state.errors.push(error.message)
  }
}
