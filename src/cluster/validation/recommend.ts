import type { Recommender } from '../../config/definition.ts'

/** Always the same values; visible once the setting `parent` has a value, if one is named. */
export function recommend(values: readonly unknown[], parent: string | null = null): Recommender {
  return {
    validValues: () => values,
    visible: (_name, parsed) => parent === null || parsed[parent] != null,
  }
}
