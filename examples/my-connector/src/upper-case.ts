import { defineConfig, defineTransformation, isConnectObject } from 'millrace/sdk'

/** Writes the text of one field in capitals; records without it pass as they are. */
export const upperCase = defineTransformation({
  class: 'com.example.UpperCase',
  version: '1.0.0',
  config: defineConfig({
    field: { type: 'string', importance: 'high', doc: 'Field to write in capitals.' },
  }),
  create({ field }) {
    return (record) => {
      const { value } = record
      const text = isConnectObject(value) ? value[field] : null
      if (!isConnectObject(value) || typeof text !== 'string') return record
      return record.with({ value: { ...value, [field]: text.toUpperCase() } })
    }
  },
})
