import { connectVersion, defineConfig, definePredicate } from '../sdk/index.ts'
import { namedPredicate } from './named-predicate.ts'

/** True for records whose value is null. */
export const recordIsTombstone = definePredicate({
  class: 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone',
  version: connectVersion,
  config: defineConfig({}),
  create: () => namedPredicate('RecordIsTombstone{}', (record) => record.value === null),
})
