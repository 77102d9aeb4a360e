/** Names of Connect schemas and fields, and what Confluent's converter makes of them. */

export const UNION_PREFIX = 'io.confluent.connect.protobuf.Union.'
export const UNION_NAME = 'io.confluent.connect.protobuf.Union'
export const ENUM_PARAMETER = 'io.confluent.connect.protobuf.Enum'
/** Number of the field. */
export const TAG_PARAMETER = 'io.confluent.connect.protobuf.Tag'
/** Type of a number where it is not the usual one. */
export const TYPE_PARAMETER = 'io.confluent.connect.protobuf.Type'
/** Marks a member of a oneof whose type is a wrapper. */
export const WRAPPER_PARAMETER = 'io.confluent.connect.protobuf.Wrapper'
export const GENERALIZED_UNION = 'org.apache.kafka.connect.data.Union'
export const GENERALIZED_ENUM = 'org.apache.kafka.connect.data.Enum'
export const PRECISION_PARAMETER = 'connect.decimal.precision'
export const SCALE_PARAMETER = 'scale'

/** Name that any text can be brought to: letters, digits and underscores, a letter first. */
export function scrubbed(name: string): string {
  if (name === '' || /^[A-Za-z]\w*$/.test(name)) return name
  const encoded = encodeURIComponent(name.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  const prefixed = /^[\d_]/.test(encoded) ? `x${encoded}` : encoded
  return prefixed.replace(/\W/g, '_')
}

/** Name of a map field from that of its entries: `FooBarEntry` is `foo_bar`. */
export function mapFieldName(entryName: string): string {
  const dot = entryName.lastIndexOf('.') + 1
  const name = entryName.slice(dot)
  if (!name.endsWith('Entry')) return entryName
  const words = name.slice(0, -'Entry'.length).replace(/(?!^)[A-Z]/g, '_$&')
  return entryName.slice(0, dot) + words.toLowerCase()
}
