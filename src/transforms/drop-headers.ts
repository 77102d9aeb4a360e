import { connectVersion, defineConfig, defineTransformation, distinctList } from '../sdk/index.ts'

/** Removes headers by name. */
export const dropHeaders = defineTransformation({
  class: 'org.apache.kafka.connect.transforms.DropHeaders',
  version: connectVersion,
  config: defineConfig({
    headers: {
      type: 'list',
      importance: 'high',
      validator: distinctList({ emptyAllowed: false }),
      doc: 'Names of the headers that go.',
    },
  }),
  create({ headers: names }) {
    return (record) => {
      const headers = names.reduce((kept, name) => kept.remove(name), record.headers)
      return headers === record.headers ? record : record.with({ headers })
    }
  },
})
