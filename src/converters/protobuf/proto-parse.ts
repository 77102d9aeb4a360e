import {
  Enum,
  type Field,
  MapField,
  Namespace,
  type OneOf,
  parse,
  type ReflectionObject,
  Root,
  Type,
} from 'protobufjs'
import { ConnectError, messageOf } from '../../sdk/index.ts'
import type { Syntax } from './descriptor.ts'

/** What a .proto file says, names of types as they are written. */
export interface ParsedFile {
  readonly syntax: Syntax
  readonly package: string
  readonly imports: readonly string[]
  readonly messages: readonly ParsedMessage[]
  readonly enums: readonly ParsedEnum[]
}

export interface ParsedMessage {
  readonly name: string
  readonly fields: readonly ParsedField[]
  /** Names of the oneofs that are written as such. */
  readonly oneofs: readonly string[]
  readonly messages: readonly ParsedMessage[]
  readonly enums: readonly ParsedEnum[]
}

export interface ParsedEnum {
  readonly name: string
  readonly values: ReadonlyArray<{ readonly name: string; readonly number: number }>
}

export interface ParsedField {
  readonly name: string
  readonly number: number
  readonly type: string
  /** Type of the keys of a `map`, else null. */
  readonly keyType: string | null
  readonly label: 'optional' | 'required' | 'repeated' | null
  readonly oneof: string | null
  readonly packed: boolean | null
  readonly params: ReadonlyMap<string, string>
  readonly defaultValue: string | number | boolean | null
}

const FIELD_NUMBER_MAX = 2 ** 29 - 1
const HEADER = /^(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(syntax|edition)\s*=\s*["']([^"']*)["']/

/**
 * @param name For messages.
 * @throws ConnectError SERIALIZATION for what is no .proto file.
 */
export function parseProto(text: string, name: string): ParsedFile {
  // The parser leaves out what is called so, and with it moves the positions of messages.
  if (/\b__proto__\b/.test(text))
    throw invalid(`${name} uses the name __proto__, which is not supported`)
  try {
    const root = new Root()
    const parsed = parse(text, root, { keepCase: true })
    const content = parsed.package === undefined ? root : root.lookup(parsed.package)
    const within = content instanceof Namespace ? content.nestedArray : []
    const syntax = syntaxOf(text)
    return {
      syntax,
      package: parsed.package ?? '',
      imports: [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])],
      messages: messagesOf(within, syntax),
      enums: enumsOf(within),
    }
  } catch (cause) {
    if (cause instanceof ConnectError) throw cause
    throw invalid(`${name} is not a Protobuf schema: ${messageOf(cause)}`, cause)
  }
}

function syntaxOf(text: string): Syntax {
  const [, statement, value] = HEADER.exec(text) ?? []
  if (statement === 'edition') return 'editions'
  return value === 'proto3' ? 'proto3' : 'proto2'
}

type Parts = readonly ReflectionObject[]

function messagesOf(parts: Parts, syntax: Syntax): ParsedMessage[] {
  return parts.flatMap((part) => (part instanceof Type ? messageOfType(part, syntax) : []))
}

function enumsOf(parts: Parts): ParsedEnum[] {
  return parts.flatMap((part) => {
    if (!(part instanceof Enum)) return []
    const values = Object.entries(part.values).map(([name, number]) => ({ name, number }))
    return { name: part.name, values }
  })
}

function messageOfType(type: Type, syntax: Syntax): ParsedMessage {
  return {
    name: type.name,
    fields: type.fieldsArray.map((field) => fieldOf(field, type, syntax)),
    oneofs: type.oneofsArray.filter((oneof) => !isSynthetic(oneof)).map(({ name }) => name),
    messages: messagesOf(type.nestedArray, syntax),
    enums: enumsOf(type.nestedArray),
  }
}

/** A oneof that stands for the word `optional` of its only field. */
function isSynthetic(oneof: OneOf): boolean {
  return oneof.fieldsArray.some((field) => field.options?.['proto3_optional'] === true)
}

function fieldOf(field: Field, type: Type, syntax: Syntax): ParsedField {
  const where = `field ${field.name} of message ${type.name}`
  if (!Number.isInteger(field.id) || field.id < 1 || field.id > FIELD_NUMBER_MAX) {
    throw invalid(`the number ${field.id} of ${where} is not from 1 to ${FIELD_NUMBER_MAX}`)
  }
  const nested = type.get(field.type)
  if (nested instanceof Type && 'group' in nested && nested.group === true) {
    throw invalid(`${where} is a group, which has no Connect type: use a nested message`)
  }
  const options: Readonly<Record<string, unknown>> = field.options ?? {}
  const defaultValue = options['default']
  const oneof = field.partOf === null || isSynthetic(field.partOf) ? null : field.partOf.name
  return {
    name: field.name,
    number: field.id,
    type: field.type,
    keyType: field instanceof MapField ? field.keyType : null,
    label: oneof === null ? labelOf(field, syntax) : null,
    oneof,
    packed: typeof options['packed'] === 'boolean' ? options['packed'] : null,
    params: paramsOf(field),
    defaultValue: isDefault(defaultValue) ? defaultValue : null,
  }
}

function labelOf(field: Field, syntax: Syntax): ParsedField['label'] {
  if (field.repeated || field instanceof MapField) return 'repeated'
  if (field.rule === 'required') return 'required'
  return syntax === 'proto2' || field.options?.['proto3_optional'] === true ? 'optional' : null
}

function isDefault(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** Parameters of the option `confluent.field_meta`, in each of the forms that it may be written. */
function paramsOf(field: Field): ReadonlyMap<string, string> {
  const params = new Map<string, string>()
  for (const option of field.parsedOptions ?? []) {
    const meta: unknown = option['(confluent.field_meta)'] ?? option['(.confluent.field_meta)']
    const entries = property(meta, 'params')
    for (const entry of Array.isArray(entries) ? entries : [entries]) {
      const [key, value] = [property(entry, 'key'), property(entry, 'value')]
      if (key !== undefined) params.set(String(key), String(value ?? ''))
    }
  }
  return params
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}

function invalid(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'SERIALIZATION', ...(cause !== undefined && { cause }) })
}
