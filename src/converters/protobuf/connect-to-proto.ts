import { ConnectError, DECIMAL_NAME, type Schema } from '../../sdk/index.ts'
import type { EnumType, FieldType, MessageType, OneofType, ProtoFile } from './descriptor.ts'
import { messageNamed, type ScalarType, scalarTypes } from './descriptor.ts'
import {
  GENERALIZED_UNION,
  PRECISION_PARAMETER,
  SCALE_PARAMETER,
  scrubbed,
  TAG_PARAMETER,
  TYPE_PARAMETER,
  UNION_PREFIX,
  WRAPPER_PARAMETER,
} from './names.ts'
import { mapEntryName, qualified } from './proto-link.ts'
import { enumParameter, isLogical, isUnion, logicalTypes, symbolsOf } from './schema-kinds.ts'
import { WRAPPERS_PATH, wellKnownFile } from './well-known.ts'

export interface ProtoWriteOptions {
  readonly scrubInvalidNames: boolean
  readonly optionalForNullables: boolean
  readonly wrapperForNullables: boolean
  readonly generalizedSumTypes: boolean
}

/** A message and the file that it is in. */
export interface RootMessage {
  readonly file: ProtoFile
  readonly message: MessageType
}

/** Structs within structs: deeper, a schema most likely contains itself. */
const DEPTH_MAX = 100

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
interface OpenMessage extends Mutable<MessageType> {
  readonly fields: FieldType[]
  readonly oneofs: OneofType[]
  readonly messages: MessageType[]
  readonly enums: EnumType[]
}

const scalarOf = {
  INT8: 'int32',
  INT16: 'int32',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT32: 'float',
  FLOAT64: 'double',
  BOOLEAN: 'bool',
  STRING: 'string',
  BYTES: 'bytes',
} as const satisfies Partial<Record<Schema['type'], ScalarType>>

const wrapperOf: Partial<Record<ScalarType, string>> = {
  int32: 'Int32Value',
  sint32: 'Int32Value',
  sfixed32: 'Int32Value',
  uint32: 'UInt32Value',
  fixed32: 'UInt32Value',
  int64: 'Int64Value',
  sint64: 'Int64Value',
  sfixed64: 'Int64Value',
  uint64: 'UInt64Value',
  fixed64: 'UInt64Value',
  float: 'FloatValue',
  double: 'DoubleValue',
  bool: 'BoolValue',
  string: 'StringValue',
  bytes: 'BytesValue',
}

/**
 * The message that values of a schema are written as: that of a struct, else a wrapper.
 * @throws ConnectError DATA_INVALID for a schema that Protobuf has no form for.
 */
export function protoOfSchema(schema: Schema, options: ProtoWriteOptions): RootMessage {
  if (schema.type === 'STRUCT') return new ProtoBuilder(options).build(schema)
  if (schema.type === 'ARRAY' || schema.type === 'MAP' || isLogical(schema)) {
    const what = isLogical(schema) ? `logical type ${schema.name}` : `type ${schema.type}`
    throw invalid(
      `Unsupported root schema of ${what}: a Protobuf message has fields, so put the value into one, as the transform HoistField does`,
    )
  }
  return { file: wrappers(), message: wrapper(scalarOf[schema.type]) }
}

function wrappers(): ProtoFile {
  return wellKnownFile(WRAPPERS_PATH) as ProtoFile
}

function wrapper(type: ScalarType): MessageType {
  return messageNamed(wrappers(), `google.protobuf.${wrapperOf[type]}`) as MessageType
}

/** Builds the file for one schema. */
class ProtoBuilder {
  readonly #options: ProtoWriteOptions
  readonly #imports = new Set<string>()
  /** Schemas without a name are numbered in the order in which they are met. */
  #unnamed = 0
  #depth = 0

  constructor(options: ProtoWriteOptions) {
    this.#options = options
  }

  build(schema: Schema): RootMessage {
    const parts = this.#fullName(schema.name)
      .split('.')
      .map((part) => this.#scrubbed(part))
    const packageName = parts.slice(0, -1).join('.')
    const message = this.#message(schema, parts.at(-1) as string, packageName, [0])
    const file: ProtoFile = {
      syntax: 'proto3',
      package: packageName,
      imports: [...this.#imports],
      options: [],
      messages: [message],
      enums: [],
    }
    return { file, message }
  }

  #message(schema: Schema, name: string, scope: string, indexes: readonly number[]): MessageType {
    const message = openMessage(name, scope, indexes)
    if (++this.#depth > DEPTH_MAX) {
      throw invalid(
        `Schema ${schema.name} is nested deeper than ${DEPTH_MAX} levels, or contains itself by way of other schemas, which the Protobuf converter can't write`,
      )
    }
    let next = 1
    for (const field of schema.fields) {
      const isNumbered = field.schema.parameters?.has(TAG_PARAMETER) === true
      const number = isNumbered ? tagOf(field.schema, field.name) : next++
      if (isUnion(field.schema)) this.#union(message, field.schema)
      else message.fields.push(this.#field(message, field.schema, field.name, number, null))
    }
    this.#depth--
    checkNumbers(message)
    return message
  }

  #union(message: OpenMessage, schema: Schema): void {
    const parameter = schema.parameters?.get(GENERALIZED_UNION)
    const generalized = this.#options.generalizedSumTypes ? parameter : undefined
    const name = generalized ?? this.#simpleName((schema.name ?? '').slice(UNION_PREFIX.length))
    const members: FieldType[] = []
    const oneof = { name, index: message.oneofs.length, fields: members }
    message.oneofs.push(oneof)
    for (const field of schema.fields) {
      const number = tagOf(field.schema, field.name)
      const member = this.#field(message, field.schema, field.name, number, oneof)
      members.push(member)
      message.fields.push(member)
    }
  }

  #field(
    message: OpenMessage,
    schema: Schema,
    fieldName: string,
    number: number,
    oneof: OneofType | null,
  ): FieldType {
    const name = this.#scrubbed(fieldName)
    const element = schema.type === 'ARRAY' ? elementOf(schema, fieldName) : schema
    const params = new Map<string, string>()
    return {
      name,
      number,
      type: this.#typeOf(message, element, name, params, oneof),
      label: this.#labelOf(schema, oneof),
      oneof,
      packed: true,
      params,
      defaultValue: null,
    }
  }

  #labelOf(schema: Schema, oneof: OneofType | null): FieldType['label'] {
    if (schema.type === 'ARRAY' || schema.type === 'MAP') return 'repeated'
    if (oneof !== null) return null
    return this.#options.optionalForNullables && schema.optional ? 'optional' : null
  }

  #typeOf(
    message: OpenMessage,
    schema: Schema,
    fieldName: string,
    params: Map<string, string>,
    oneof: OneofType | null,
  ): FieldType['type'] {
    if (schema.name !== null && Object.hasOwn(logicalTypes, schema.name)) {
      return this.#logical(schema, params)
    }
    if (schema.type === 'STRUCT') return this.#nested(message, schema, fieldName)
    if (schema.type === 'MAP') return this.#mapEntry(message, schema)
    const symbols = enumParameter(schema, this.#options.generalizedSumTypes)
    if (symbols !== null) return this.#enum(message, schema, symbols)
    if (schema.type === 'ARRAY') throw invalid(`Field ${fieldName}: Array cannot be nested`)
    return this.#number(schema, params, oneof)
  }

  #logical(schema: Schema, params: Map<string, string>): MessageType {
    if (schema.name === DECIMAL_NAME) {
      const precision = schema.parameters?.get(PRECISION_PARAMETER)
      const scale = schema.parameters?.get(SCALE_PARAMETER)
      if (precision !== undefined) params.set('precision', precision)
      if (scale !== undefined) params.set('scale', scale)
    }
    const [path, fullName] = logicalTypes[schema.name as string] as [string, string]
    this.#imports.add(path)
    return messageNamed(wellKnownFile(path) as ProtoFile, fullName) as MessageType
  }

  #number(
    schema: Schema,
    params: Map<string, string>,
    oneof: OneofType | null,
  ): ScalarType | MessageType {
    const usual = scalarOf[schema.type as keyof typeof scalarOf]
    if (schema.type === 'INT8' || schema.type === 'INT16') {
      params.set('connect.type', schema.type.toLowerCase())
    }
    const given = schema.parameters?.get(TYPE_PARAMETER)
    const hasChoice = schema.type === 'INT32' || schema.type === 'INT64'
    const type = hasChoice && given !== undefined ? numberType(given, schema) : usual
    const isWrapped = oneof === null || schema.parameters?.get(WRAPPER_PARAMETER) === 'true'
    if (!this.#options.wrapperForNullables || !schema.optional || !isWrapped) return type
    this.#imports.add(WRAPPERS_PATH)
    return wrapper(type)
  }

  /** A struct within a struct; those of one name are one message. */
  #nested(message: OpenMessage, schema: Schema, fieldName: string): MessageType {
    const simple = this.#simpleName(schema.name)
    // A message can't be called as a field is.
    const name = simple === fieldName ? `${simple}Message` : simple
    if (message.name === name) return message
    const known = message.messages.find((nested) => nested.name === name)
    if (known !== undefined) return known
    const indexes = [...message.indexes, message.messages.length]
    const nested = this.#message(schema, name, message.fullName, indexes)
    message.messages.push(nested)
    return nested
  }

  /** The entries of a map; maps of one name have the same. */
  #mapEntry(message: OpenMessage, schema: Schema): MessageType {
    const name = mapEntryName(this.#simpleName(schema.name))
    const known = message.messages.find((nested) => nested.name === name)
    if (known !== undefined) return known
    const indexes = [...message.indexes, message.messages.length]
    const entry = openMessage(name, message.fullName, indexes)
    const parts = [
      this.#field(entry, partOf(schema, schema.keySchema), 'key', 1, null),
      this.#field(entry, partOf(schema, schema.valueSchema), 'value', 2, null),
    ]
    // As in the reference: nothing in an entry is told from its zero.
    for (const part of parts) {
      entry.fields.push(part.label === 'optional' ? { ...part, label: null } : part)
    }
    message.messages.push(entry)
    return entry
  }

  #enum(message: OpenMessage, schema: Schema, parameter: string): EnumType {
    const name = this.#simpleName(schema.name ?? schema.parameters?.get(parameter) ?? null)
    const known = message.enums.find((each) => each.name === name)
    if (known !== undefined) return known
    const values = symbolsOf(schema, parameter)
    const zero = values.findIndex(({ number }) => number === 0)
    // The first value is the default, which has to be 0; the reference writes one without 0 as well.
    if (zero > 0) values.unshift(...values.splice(zero, 1))
    const made: EnumType = {
      kind: 'enum',
      name,
      fullName: qualified(message.fullName, name),
      values,
    }
    message.enums.push(made)
    return made
  }

  #fullName(name: string | null): string {
    return name === null || name === '' ? `ConnectDefault${++this.#unnamed}` : name
  }

  #simpleName(name: string | null): string {
    const full = this.#fullName(name)
    return this.#scrubbed(full.slice(full.lastIndexOf('.') + 1))
  }

  #scrubbed(name: string): string {
    const used = this.#options.scrubInvalidNames ? scrubbed(name) : name
    if (!/^[A-Za-z_]\w*$/.test(used)) {
      throw invalid(
        `"${used}" can't be a name in Protobuf: set scrub.invalid.names=true to have such names changed, or rename it`,
      )
    }
    return used
  }
}

function openMessage(name: string, scope: string, indexes: readonly number[]): OpenMessage {
  const fullName = qualified(scope, name)
  return {
    kind: 'message',
    name,
    fullName,
    syntax: 'proto3',
    indexes,
    fields: [],
    oneofs: [],
    messages: [],
    enums: [],
  }
}

function tagOf(schema: Schema, name: string): number {
  const text = schema.parameters?.get(TAG_PARAMETER)
  const tag = Number(text)
  if (Number.isInteger(tag) && tag >= 1) return tag
  throw invalid(
    `Field ${name}: a member of a union needs the number of its Protobuf field as the schema parameter ${TAG_PARAMETER}, which is ${text ?? 'not there'}`,
  )
}

function elementOf(schema: Schema, name: string): Schema {
  const element = schema.valueSchema
  if (element === null) throw invalid(`Field ${name}: the elements of the array have no schema`)
  if (element.type === 'ARRAY') throw invalid(`Field ${name}: Array cannot be nested`)
  if (element.type === 'MAP') throw invalid(`Field ${name}: an array of maps has no Protobuf form`)
  if (isUnion(element)) throw invalid(`Field ${name}: an array of unions has no Protobuf form`)
  return element
}

function partOf(map: Schema, part: Schema | null): Schema {
  if (part === null) throw invalid(`The entries of map ${map.name} have no schema`)
  if (!isUnion(part)) return part
  throw invalid(`The entries of map ${map.name} are unions, which only fields of a message can be`)
}

function numberType(name: string, schema: Schema): ScalarType {
  if (scalarTypes.has(name)) return name as ScalarType
  throw invalid(
    `Parameter ${TYPE_PARAMETER}=${name} of a schema of type ${schema.type} names no Protobuf type`,
  )
}

function checkNumbers({ fullName, fields }: MessageType): void {
  const names = new Map<number, string>()
  for (const { name, number } of fields) {
    const other = names.get(number)
    if (other !== undefined) {
      throw invalid(
        `Fields ${other} and ${name} of ${fullName} both have number ${number}: give all fields the schema parameter ${TAG_PARAMETER}, or none`,
      )
    }
    names.set(number, name)
  }
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
