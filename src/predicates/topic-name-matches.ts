import {
  allOf,
  connectVersion,
  defineConfig,
  definePredicate,
  javaRegex,
  javaWholePattern,
  nonEmptyString,
} from '../sdk/index.ts'
import { namedPredicate } from './named-predicate.ts'

/** True for records whose topic matches from start to end. */
export const topicNameMatches = definePredicate({
  class: 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
  version: connectVersion,
  config: defineConfig({
    pattern: {
      type: 'string',
      importance: 'medium',
      validator: allOf(nonEmptyString, javaRegex),
      doc: 'Java pattern that the whole topic name has to match.',
    },
  }),
  create({ pattern }) {
    const compiled = javaWholePattern(pattern)
    return namedPredicate(`TopicNameMatches{pattern=${pattern}}`, (record) => {
      // A source record of a plug-in without types may lack a topic.
      const topic: unknown = record.topic
      return typeof topic === 'string' && compiled.test(topic)
    })
  },
})
