import {
  ConnectError,
  connectVersion,
  defineConfig,
  defineTransformation,
  type JavaDateFormat,
  javaDateFormat,
} from '../sdk/index.ts'

/** Puts the date of the record into the name of its topic. */
export const timestampRouter = defineTransformation({
  class: 'org.apache.kafka.connect.transforms.TimestampRouter',
  version: connectVersion,
  config: defineConfig({
    'topic.format': {
      type: 'string',
      default: `\${topic}-\${timestamp}`,
      importance: 'high',
      doc: `Name of the topic, with \${topic} for the old one and \${timestamp} for the date.`,
    },
    'timestamp.format': {
      type: 'string',
      default: 'yyyyMMdd',
      importance: 'high',
      doc: 'Form of the date, a pattern of java.text.SimpleDateFormat; in UTC.',
    },
  }),
  create(config) {
    const topicFormat = config['topic.format']
    // The reference refuses a wrong pattern with the first record, not before.
    let known: JavaDateFormat | null = null
    return (record) => {
      if (record.timestamp === null) {
        throw new ConnectError(`Timestamp missing on record: ${record}`, { code: 'DATA_INVALID' })
      }
      known ??= javaDateFormat(config['timestamp.format'])
      const date = known.format(BigInt(record.timestamp))
      const topic = topicFormat.replaceAll(`\${topic}`, () => record.topic)
      return record.with({ topic: topic.replaceAll(`\${timestamp}`, () => date) })
    }
  },
})
