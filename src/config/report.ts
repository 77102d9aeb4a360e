/** State of one setting after validation. */
export interface ConfigValue {
  readonly name: string
  readonly value: unknown
  readonly recommendedValues: readonly unknown[]
  readonly errors: readonly string[]
  readonly visible: boolean
}

/** Result of a validation: one entry for each setting, in the order of the definition. */
export interface ConfigReport {
  readonly values: readonly ConfigValue[]
}
