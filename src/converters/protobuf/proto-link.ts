import { ConnectError } from '../../sdk/index.ts'
import type { EnumType, FieldType, MessageType, OneofType, ProtoFile } from './descriptor.ts'
import { type ScalarType, scalarTypes } from './descriptor.ts'
import type { ParsedEnum, ParsedField, ParsedFile, ParsedMessage } from './proto-parse.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type OpenMessage = Mutable<MessageType> & { readonly parsed: ParsedMessage }

/**
 * Resolves the names of types in a file.
 *
 * @param imported The files that it may name types of.
 * @throws ConnectError SERIALIZATION for a name that no file defines.
 */
export function linkProto(file: ParsedFile, imported: readonly ProtoFile[]): ProtoFile {
  const types = new Map<string, MessageType | EnumType>()
  for (const { messages, enums } of imported) addTypes(types, messages, enums)
  const open: OpenMessage[] = []
  const enums = file.enums.map((each) => enumType(each, file.package))
  const messages = file.messages.map((message, index) =>
    openMessage(message, file, file.package, [index], open),
  )
  addTypes(types, messages, enums)
  for (const message of open) fillMessage(message, file, types)
  const { syntax, imports } = file
  return { syntax, package: file.package, imports, options: [], messages, enums }
}

function addTypes(
  types: Map<string, MessageType | EnumType>,
  messages: readonly MessageType[],
  enums: readonly EnumType[],
): void {
  for (const each of enums) types.set(each.fullName, each)
  for (const message of messages) {
    types.set(message.fullName, message)
    addTypes(types, message.messages, message.enums)
  }
}

export function qualified(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`
}

function enumType({ name, values }: ParsedEnum, scope: string): EnumType {
  return { kind: 'enum', name, fullName: qualified(scope, name), values }
}

/** The message without its fields, whose types may not be known yet. */
function openMessage(
  parsed: ParsedMessage,
  file: ParsedFile,
  scope: string,
  indexes: readonly number[],
  open: OpenMessage[],
): OpenMessage {
  const fullName = qualified(scope, parsed.name)
  const message: OpenMessage = {
    kind: 'message',
    name: parsed.name,
    fullName,
    syntax: file.syntax,
    indexes,
    fields: [],
    oneofs: [],
    messages: parsed.messages.map((nested, index) =>
      openMessage(nested, file, fullName, [...indexes, index], open),
    ),
    enums: parsed.enums.map((each) => enumType(each, fullName)),
    parsed,
  }
  open.push(message)
  return message
}

function fillMessage(
  message: OpenMessage,
  file: ParsedFile,
  types: ReadonlyMap<string, MessageType | EnumType>,
): void {
  const { parsed, fullName } = message
  const oneofs = parsed.oneofs.map((name, index) => ({ name, index, fields: [] as FieldType[] }))
  const byName = new Map<string, (typeof oneofs)[number]>(oneofs.map((each) => [each.name, each]))
  const fields = parsed.fields.map((field): FieldType => {
    const oneof = (field.oneof === null ? null : byName.get(field.oneof)) ?? null
    const type = typeOfField(field, message, file, types)
    const linked = linkedField(field, type, oneof, file)
    oneof?.fields.push(linked)
    return linked
  })
  checkFields(fields, fullName)
  message.fields = fields
  message.oneofs = oneofs
}

function linkedField(
  field: ParsedField,
  type: FieldType['type'],
  oneof: OneofType | null,
  file: ParsedFile,
): FieldType {
  const { name, number, label, params, defaultValue } = field
  const packed = field.packed ?? file.syntax !== 'proto2'
  return { name, number, type, label, oneof, packed, params, defaultValue }
}

function checkFields(fields: readonly FieldType[], message: string): void {
  const names = new Map<number, string>()
  for (const { name, number } of fields) {
    const other = names.get(number)
    if (other !== undefined) {
      throw invalid(`fields ${other} and ${name} of message ${message} both have number ${number}`)
    }
    names.set(number, name)
  }
}

function typeOfField(
  field: ParsedField,
  message: MessageType,
  file: ParsedFile,
  types: ReadonlyMap<string, MessageType | EnumType>,
): FieldType['type'] {
  if (field.keyType !== null) return mapEntry(field, field.keyType, message, file, types)
  return typeNamed(field.type, message.fullName, types, field.name)
}

function typeNamed(
  name: string,
  scope: string,
  types: ReadonlyMap<string, MessageType | EnumType>,
  field: string,
): FieldType['type'] {
  if (isScalarName(name)) return name
  const found = name.startsWith('.') ? types.get(name.slice(1)) : nearest(name, scope, types)
  if (found === undefined) {
    throw invalid(
      `the type ${name} of field ${field} of message ${scope} is in none of its files: is an import missing among the references of the schema?`,
    )
  }
  return found
}

function isScalarName(name: string): name is ScalarType {
  return scalarTypes.has(name)
}

/** The type of that name in the innermost scope that has one. */
function nearest(
  name: string,
  scope: string,
  types: ReadonlyMap<string, MessageType | EnumType>,
): MessageType | EnumType | undefined {
  for (let outer = scope; outer !== ''; ) {
    const found = types.get(`${outer}.${name}`)
    if (found !== undefined) return found
    const dot = outer.lastIndexOf('.')
    outer = dot === -1 ? '' : outer.slice(0, dot)
  }
  return types.get(name)
}

/** The message of key and value that `map<,>` stands for. */
function mapEntry(
  field: ParsedField,
  keyType: string,
  message: MessageType,
  file: ParsedFile,
  types: ReadonlyMap<string, MessageType | EnumType>,
): MessageType {
  const name = mapEntryName(field.name)
  const part = (partName: string, number: number, type: FieldType['type']): FieldType => ({
    name: partName,
    number,
    type,
    label: file.syntax === 'proto2' ? 'optional' : null,
    oneof: null,
    packed: false,
    params: new Map(),
    defaultValue: null,
  })
  return {
    kind: 'message',
    name,
    fullName: qualified(message.fullName, name),
    syntax: file.syntax,
    indexes: [],
    fields: [
      part('key', 1, typeNamed(keyType, message.fullName, types, field.name)),
      part('value', 2, typeNamed(field.type, message.fullName, types, field.name)),
    ],
    oneofs: [],
    messages: [],
    enums: [],
  }
}

/** Name of the entries of a map, as Confluent's converter forms it. */
export function mapEntryName(name: string): string {
  if (!name.includes('_')) return `${name}Entry`
  const words = name
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
  return `${words.join('')}Entry`
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'SERIALIZATION' })
}
