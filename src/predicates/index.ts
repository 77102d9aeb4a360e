import type { PredicatePlugin } from '../sdk/index.ts'
import { hasHeaderKey } from './has-header-key.ts'
import { recordIsTombstone } from './record-is-tombstone.ts'
import { topicNameMatches } from './topic-name-matches.ts'

/** The predicates that Apache Kafka Connect comes with. */
export const predicates = [
  hasHeaderKey,
  recordIsTombstone,
  topicNameMatches,
] as readonly PredicatePlugin[]
