import {
  connectVersion,
  defineConfig,
  defineTransformation,
  Headers,
  nonNull,
  parseValueText,
} from '../sdk/index.ts'

/** Adds a header with a fixed value. */
export const insertHeader = defineTransformation({
  class: 'org.apache.kafka.connect.transforms.InsertHeader',
  version: connectVersion,
  config: defineConfig({
    header: {
      type: 'string',
      importance: 'high',
      validator: nonNull,
      doc: 'Name of the header; one of that name stays beside it.',
    },
    'value.literal': {
      type: 'string',
      importance: 'high',
      validator: nonNull,
      doc: 'Value as text; its type is told from it, as 1.5, true, [1,2] or 2019-08-23.',
    },
  }),
  create({ header: key, 'value.literal': literal }) {
    const header = { key, ...parseValueText(literal) }
    return (record) => record.with({ headers: new Headers([...record.headers, header]) })
  },
})
