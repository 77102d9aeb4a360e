import { connectVersion, defineConfig, definePredicate, nonEmptyString } from '../sdk/index.ts'
import { namedPredicate } from './named-predicate.ts'

/** True for records with at least one header of this name. */
export const hasHeaderKey = definePredicate({
  class: 'org.apache.kafka.connect.transforms.predicates.HasHeaderKey',
  version: connectVersion,
  config: defineConfig({
    name: {
      type: 'string',
      importance: 'medium',
      validator: nonEmptyString,
      doc: 'Name of the header.',
    },
  }),
  create: ({ name }) =>
    namedPredicate(
      `HasHeaderKey{name='${name}'}`,
      (record) => record.headers.lastWithName(name) !== null,
    ),
})
