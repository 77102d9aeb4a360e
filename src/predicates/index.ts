import type { PredicatePlugin } from '../sdk/index.ts'

/** The predicates that Apache Kafka Connect comes with. */
export const predicates: readonly PredicatePlugin[] = []
