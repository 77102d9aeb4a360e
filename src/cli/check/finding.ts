/** What will be different here, or not work at all. */
export interface Finding {
  /** `error`: it will not work. `warning`: it works without. */
  readonly level: 'error' | 'warning'
  /** Null where it is about the whole file. */
  readonly key: string | null
  readonly message: string
}

/** Findings about one worker or connector. */
export interface Section {
  readonly title: string
  readonly findings: readonly Finding[]
}

export function failure(key: string | null, message: string): Finding {
  return { level: 'error', key, message }
}

export function warning(key: string | null, message: string): Finding {
  return { level: 'warning', key, message }
}
