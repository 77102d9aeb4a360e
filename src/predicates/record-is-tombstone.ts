import { defineConfig, definePredicate, millraceVersion } from '../sdk/index.ts'
import { namedPredicate } from './named-predicate.ts'

/** True for records whose value is null. */
export const recordIsTombstone = definePredicate({
  class: 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone',
  version: millraceVersion,
  config: defineConfig({}),
  create: () => namedPredicate('RecordIsTombstone{}', (record) => record.value === null),
})
