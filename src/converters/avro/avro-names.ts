const NAMESPACE = 'io.confluent.connect.avro'

/** Names and attributes that carry what Avro itself can not say, as Confluent's converter has them. */
export const avroNames = {
  namespace: NAMESPACE,
  unnamedRecord: 'ConnectDefault',
  mapEntry: 'MapEntry',
  anything: 'Anything',
  union: `${NAMESPACE}.Union`,
  enum: `${NAMESPACE}.Enum`,
  enumDoc: `${NAMESPACE}.enum.doc.`,
  enumDefault: `${NAMESPACE}.enum.default.`,
  recordDoc: `${NAMESPACE}.record.doc`,
  fieldDoc: `${NAMESPACE}.field.doc.`,
  fieldDefaultFlag: `${NAMESPACE}.field.default`,
  generalizedUnion: 'org.apache.kafka.connect.data.Union',
  generalizedEnum: 'org.apache.kafka.connect.data.Enum',
  fixedSize: 'connect.fixed.size',
  decimalPrecision: 'connect.decimal.precision',
} as const

/** Attributes of Avro schemas. */
export const avroProps = {
  name: 'connect.name',
  doc: 'connect.doc',
  recordDoc: 'connect.record.doc',
  enumDoc: 'connect.enum.doc',
  version: 'connect.version',
  defaultValue: 'connect.default',
  parameters: 'connect.parameters',
  internalType: 'connect.internal.type',
  type: 'connect.type',
  logicalType: 'logicalType',
  scale: 'scale',
  precision: 'precision',
  /** Attributes that begin so are parameters of Connect schemas, and the other way round. */
  prefix: 'avro',
} as const

/** Digits of a decimal whose schema does not say how many. */
export const DECIMAL_PRECISION = 64

/** The name with a letter or `_` at its start and no other signs than letters, digits and `_`. */
export function scrubbed(name: string): string {
  if (/^(?:[A-Za-z_]\w*)?$/.test(name)) return name
  const encoded = formEncoded(name).replace(/\W/g, '_')
  return /^\d/.test(encoded) ? `x${encoded}` : encoded
}

/** As HTML forms encode text: a blank is `+`, and `*` stays. */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text.toWellFormed()]]).toString().slice(1)
}

export interface TypeName {
  /** null for none. */
  readonly namespace: string | null
  readonly name: string
}

/** The parts of a full name; each scrubbed if `scrub`. */
export function splitName(fullName: string, scrub: boolean): TypeName {
  const parts = fullName.split('.').map((part) => (scrub ? scrubbed(part) : part))
  const name = parts.pop() ?? ''
  return { namespace: parts.length === 0 ? null : parts.join('.'), name }
}

export function joinName({ namespace, name }: TypeName): string {
  return namespace === null ? name : `${namespace}.${name}`
}
