import {
  type ConnectRecord,
  defineConfig,
  defineTransformation,
  isConnectObject,
} from '../../src/sdk/index.ts'

/** The typed transform in fifteen lines that the guide promises: no cast, no `any`. */
export const addField = defineTransformation({
  class: 'org.acme.AddField',
  version: '1.0.0',
  config: defineConfig({
    field: { type: 'string', importance: 'high', doc: 'Field to add.' },
    text: { type: 'string', default: null, importance: 'low', doc: 'Its value.' },
  }),
  create({ field, text }) {
    return (record) => {
      const { value } = record
      return isConnectObject(value) ? record.with({ value: { ...value, [field]: text } }) : record
    }
  },
})

/** A transform gives back the kind of record that it got, or null. */
export function kept<R extends ConnectRecord>(record: R): R | null {
  return addField.create({ field: 'a', text: null })(record)
}

export const wrongNames = defineTransformation({
  class: 'org.acme.WrongNames',
  version: '1.0.0',
  config: defineConfig({ field: { type: 'string', importance: 'high', doc: 'Field to add.' } }),
  // @ts-expect-error the definition has `field`, not `feild`
  create({ feild }) {
    return (record) => {
      // @ts-expect-error records have no such field
      const { valeu } = record
      // @ts-expect-error nor can it be changed
      return record.with({ valeu, feild })
    }
  },
})

export const changesInPlace = defineTransformation({
  class: 'org.acme.ChangesInPlace',
  version: '1.0.0',
  config: defineConfig({}),
  create: () => (record) => {
    // @ts-expect-error records never change
    record.topic = 'other'
    return record
  },
})

export const noRecord = defineTransformation({
  class: 'org.acme.NoRecord',
  version: '1.0.0',
  config: defineConfig({}),
  // @ts-expect-error a transform gives a record or null
  create: () => (record) => record.value,
})
