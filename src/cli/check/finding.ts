import type { ConfigProps } from '../../config/props.ts'
import { variablesIn } from '../../config/variables.ts'

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

/** @param props With variables resolved: those that are left have no value where this runs. */
export function unresolved(props: ConfigProps): readonly Finding[] {
  return Object.entries(props).flatMap(([key, value]) =>
    variablesIn(value).map((variable) => warning(key, `${variable} has no value here`)),
  )
}
