import {
  connectVersion,
  defineConfig,
  defineTransformation,
  javaRegex,
  javaReplacement,
  javaWholePattern,
} from '../sdk/index.ts'

/** Renames the topic of records whose topic matches a pattern from start to end. */
export const regexRouter = defineTransformation({
  class: 'org.apache.kafka.connect.transforms.RegexRouter',
  version: connectVersion,
  config: defineConfig({
    regex: {
      type: 'string',
      importance: 'high',
      validator: javaRegex,
      doc: 'Java pattern that the whole topic name has to match.',
    },
    replacement: {
      type: 'string',
      importance: 'high',
      doc: 'Name of the topic from then on; $1 is the first group of the pattern.',
    },
  }),
  create({ regex, replacement }) {
    const pattern = javaWholePattern(regex)
    return (record) => {
      const match = pattern.exec(record.topic)
      return match === null ? record : record.with({ topic: javaReplacement(replacement, match) })
    }
  },
})
