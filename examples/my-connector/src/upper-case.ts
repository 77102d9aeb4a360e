import {
  type ConnectValue,
  defineConfig,
  defineTransformation,
  isConnectObject,
  Struct,
} from 'millrace/sdk'

/** Writes the text of one field in capitals; everything else passes as it is. */
export const upperCase = defineTransformation({
  class: 'com.example.UpperCase',
  version: '1.0.0',
  config: defineConfig({
    field: { type: 'string', importance: 'high', doc: 'Field to write in capitals.' },
  }),
  create({ field }) {
    return (record) => {
      const { value } = record
      if (value instanceof Struct) return record.with({ value: inCapitals(value, field) })
      if (!isConnectObject(value) || !(field in value)) return record
      return record.with({ value: { ...value, [field]: upper(value[field]) } })
    }
  },
})

function inCapitals(struct: Struct, field: string): Struct {
  const copy = new Struct(struct.schema)
  for (const { name } of struct.schema.fields) {
    const value = struct.getWithoutDefault(name)
    copy.put(name, name === field ? upper(value) : value)
  }
  return copy
}

function upper(value: ConnectValue = null): ConnectValue {
  return typeof value === 'string' ? value.toUpperCase() : value
}
