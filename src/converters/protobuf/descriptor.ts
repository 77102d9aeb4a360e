/** Types of Protobuf's own, by their names in a .proto file. */
export type ScalarType =
  | 'double'
  | 'float'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes'

export const scalarTypes: ReadonlySet<string> = new Set<ScalarType>([
  'double',
  'float',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'bool',
  'string',
  'bytes',
])

export type Syntax = 'proto2' | 'proto3' | 'editions'

/** A .proto file. */
export interface ProtoFile {
  readonly syntax: Syntax
  /** Empty when the file names none. */
  readonly package: string
  readonly imports: readonly string[]
  /** As `name = value`, of files that are written. */
  readonly options: readonly string[]
  readonly messages: readonly MessageType[]
  readonly enums: readonly EnumType[]
}

export interface MessageType {
  readonly kind: 'message'
  readonly name: string
  /** With the package and the messages around it. */
  readonly fullName: string
  readonly syntax: Syntax
  /** Where it stands: its position among the messages of the file, then of the message around it. */
  readonly indexes: readonly number[]
  /** In the order of the file; those of a oneof too. */
  readonly fields: readonly FieldType[]
  readonly oneofs: readonly OneofType[]
  readonly messages: readonly MessageType[]
  readonly enums: readonly EnumType[]
}

export interface EnumType {
  readonly kind: 'enum'
  readonly name: string
  readonly fullName: string
  readonly values: ReadonlyArray<{ readonly name: string; readonly number: number }>
}

/** The fields of which at most one is set; those that `optional` stands for are not listed. */
export interface OneofType {
  readonly name: string
  readonly index: number
  readonly fields: readonly FieldType[]
}

export interface FieldType {
  readonly name: string
  readonly number: number
  readonly type: ScalarType | MessageType | EnumType
  /** As written in the file. */
  readonly label: 'optional' | 'required' | 'repeated' | null
  readonly oneof: OneofType | null
  /** Whether numbers of a repeated field are written in one piece. */
  readonly packed: boolean
  /** What the option `confluent.field_meta` says of it. */
  readonly params: ReadonlyMap<string, string>
  /** Of proto2: what an absent field stands for; null for the default of its type. */
  readonly defaultValue: string | number | boolean | null
}

export function isScalar(type: FieldType['type']): type is ScalarType {
  return typeof type === 'string'
}

/** Whether the entries of a repeated field are those of a map. */
export function isMapField(field: FieldType): boolean {
  if (field.label !== 'repeated' || isScalar(field.type) || field.type.kind === 'enum') return false
  const [key, value, ...more] = field.type.fields
  return (
    field.type.name.endsWith('Entry') &&
    more.length === 0 &&
    key?.name === 'key' &&
    value?.name === 'value' &&
    key.label !== 'repeated' &&
    value.label !== 'repeated'
  )
}

/** The message at a path of positions; null where there is none. */
export function messageAt(file: ProtoFile, indexes: readonly number[]): MessageType | null {
  let messages = file.messages
  let found: MessageType | null = null
  for (const index of indexes) {
    found = messages[index] ?? null
    if (found === null) return null
    messages = found.messages
  }
  return found
}

/** The message of this name, with or without its package; null where there is none. */
export function messageNamed(file: ProtoFile, fullName: string): MessageType | null {
  const search = (messages: readonly MessageType[]): MessageType | null => {
    for (const message of messages) {
      if (message.fullName === fullName) return message
      if (fullName.startsWith(`${message.fullName}.`)) return search(message.messages)
    }
    return null
  }
  return search(file.messages)
}
