import {
  type ConnectError,
  type ConnectValue,
  DATE_NAME,
  DECIMAL_NAME,
  type Schema,
  Struct,
} from '../../sdk/index.ts'
import { RecursiveSchema } from '../recursive-schema.ts'
import { type FieldType, isMapField, isScalar, type MessageType } from './descriptor.ts'
import {
  type ElementReader,
  type FieldReader,
  repeatedReader,
  scalarElement,
  singularReader,
  type Values,
} from './element-reader.ts'
import { enumElement } from './enum-reader.ts'
import { logicalReaders } from './logical-messages.ts'
import {
  type ProtoReadOptions,
  schemaOfMessage,
  unionFieldName,
  wrappedType,
} from './proto-to-connect.ts'
import { DELIMITED, WireReader } from './wire-reader.ts'

/** Reads the bytes of one message of a known type. */
export interface MessageDecoder {
  readonly schema: Schema
  read(bytes: Buffer, start: number, end: number): ConnectValue
}

type StructReader = (reader: WireReader, before: Struct | null) => Struct

interface Fill {
  readonly slot: number
  fill(): ConnectValue
}

interface FieldPlan {
  /** Index of the value in its struct. */
  readonly slot: number
  readonly read: FieldReader
  /** What stands for an absent field; null for null. */
  readonly fill: (() => ConnectValue) | null
}

/** Field numbers up to here are looked up by index. */
const INDEXED_MAX = 255

/** @param version Of the schema in its subject; null where it has none. */
export function messageDecoder(
  message: MessageType,
  options: ProtoReadOptions,
  version: number | null,
): MessageDecoder {
  const schema = schemaOfMessage(message, options, version)
  const compiler = new Compiler(options)
  const read =
    schema.type === 'STRUCT' ? compiler.struct(message, schema) : compiler.wrapped(message, schema)
  return {
    schema,
    read: (bytes, start, end) => read(new WireReader(bytes, start, end), null),
  }
}

class Compiler {
  readonly #options: ProtoReadOptions
  readonly #structs = new Map<Schema, StructReader>()

  constructor(options: ProtoReadOptions) {
    this.#options = options
  }

  /** Reads up to the end of `reader`. */
  struct(message: MessageType, schema: Schema): StructReader {
    const known = this.#structs.get(schema)
    if (known !== undefined) return known
    // A message that contains itself finds its reader here while its fields are compiled.
    let compiled: StructReader | null = null
    const lazy: StructReader = (reader, before) => (compiled as StructReader)(reader, before)
    this.#structs.set(schema, lazy)
    compiled = this.#compile(message, schema)
    this.#structs.set(schema, compiled)
    return compiled
  }

  /** The value of a wrapper, up to the end of `reader`. */
  wrapped(message: MessageType, schema: Schema): (reader: WireReader) => ConnectValue {
    const type = wrappedType(message)
    const element = scalarElement(type ?? 'bytes', schema.type, false, null)
    return (reader) => {
      let value = element.absent()
      while (reader.at < reader.end) {
        const tag = reader.tag()
        if (tag === ((1 << 3) | element.wireType)) value = element.read(reader, null)
        else reader.skip(tag & 7, tag >>> 3)
      }
      return value
    }
  }

  #compile(message: MessageType, schema: Schema): StructReader {
    const indexed: (FieldReader | undefined)[] = []
    const others = new Map<number, FieldReader>()
    const fills: Fill[] = []
    const required: { readonly slot: number; readonly name: string }[] = []
    for (const field of message.fields) {
      const { slot, read, fill } = this.#field(message, schema, field)
      if (field.number <= INDEXED_MAX) indexed[field.number] = read
      else others.set(field.number, read)
      if (field.label === 'required') required.push({ slot, name: field.name })
      if (fill !== null) fills.push({ slot, fill })
    }
    const readField: FieldDispatch = (number) =>
      number <= INDEXED_MAX ? indexed[number] : others.get(number)
    return (reader, before) => {
      const struct = before ?? new Struct(schema)
      const values = struct.values as Values
      readFields(reader, values, readField)
      for (const { slot, name } of required) {
        if (values[slot] === null) throw lacking(reader, message, name)
      }
      for (const { slot, fill } of fills) values[slot] ??= fill()
      return struct
    }
  }

  #field(message: MessageType, schema: Schema, field: FieldType): FieldPlan {
    const { oneof } = field
    const isUnion = oneof !== null && !this.#options.flattenUnions
    const name = isUnion ? unionFieldName(oneof, this.#options) : field.name
    const target = schema.field(name)
    if (target === null) throw new TypeError(`${message.fullName} has no field ${name}`)
    const slot = target.index
    if (isUnion) {
      const read = this.#member(message, target.schema, field, slot)
      return { slot, read, fill: null }
    }
    if (isMapField(field)) {
      const read = this.#map(target.schema, field, slot)
      return { slot, read, fill: () => new Map() }
    }
    if (field.label === 'repeated') {
      const element = this.#element(message, field, target.schema.valueSchema as Schema)
      return { slot, read: repeatedReader(element, field.number, slot), fill: () => [] }
    }
    const element = this.#element(message, field, target.schema)
    const rivals = oneof === null ? [] : this.#rivals(schema, field)
    return {
      slot,
      read: singularReader(element, field.number, slot, rivals),
      fill: this.#fill(message, field, target.schema, element),
    }
  }

  /** Slots of the other fields of a oneof without a struct of its own. */
  #rivals(schema: Schema, field: FieldType): number[] {
    const others = field.oneof?.fields.filter((other) => other !== field) ?? []
    return others.flatMap(({ name }) => schema.field(name)?.index ?? [])
  }

  /** What an absent field is read as; null for null. */
  #fill(
    message: MessageType,
    field: FieldType,
    schema: Schema,
    element: ElementReader,
  ): (() => ConnectValue) | null {
    const { generateStructForNulls, optionalForProto2 } = this.#options
    if (field.oneof !== null) return null
    const isMessage = !isScalar(field.type) && field.type.kind === 'message'
    if (isMessage) {
      const isGenerated = generateStructForNulls && !(schema instanceof RecursiveSchema)
      return isGenerated ? element.absent : null
    }
    const isNullable =
      field.label === 'optional' && (message.syntax !== 'proto2' || optionalForProto2)
    return isNullable && !generateStructForNulls ? null : element.absent
  }

  #element(message: MessageType, field: FieldType, schema: Schema): ElementReader {
    const { type, defaultValue } = field
    const isProto2 = message.syntax === 'proto2'
    if (isScalar(type)) return scalarElement(type, schema.type, isProto2, defaultValue)
    if (type.kind === 'enum') return enumElement(type, schema.type, isProto2, defaultValue)
    return this.#message(type, schema)
  }

  #message(message: MessageType, schema: Schema): ElementReader {
    const read = this.#messageReader(message, schema)
    // There is no date and no decimal of zeros.
    const isNullable = schema.name === DATE_NAME || schema.name === DECIMAL_NAME
    return {
      wireType: DELIMITED,
      isPackable: false,
      absent: () => (isNullable ? null : read(new WireReader(Buffer.alloc(0), 0, 0), null)),
      read(reader, before) {
        const outerEnd = reader.enter()
        const value = read(reader, before)
        reader.leave(outerEnd)
        return value
      },
    }
  }

  #messageReader(
    message: MessageType,
    schema: Schema,
  ): (reader: WireReader, before: ConnectValue) => ConnectValue {
    const logical = schema.name === null ? undefined : logicalReaders.get(schema.name)
    if (logical !== undefined) return logical
    if (schema.type !== 'STRUCT') return this.wrapped(message, schema)
    const read = this.struct(message, schema)
    return (reader, before) => read(reader, before as Struct | null)
  }

  #member(message: MessageType, unionSchema: Schema, field: FieldType, slot: number): FieldReader {
    const member = unionSchema.field(field.name)
    if (member === null) throw new TypeError(`${unionSchema.name} has no field ${field.name}`)
    const element = this.#element(message, field, member.schema)
    const { index } = member
    return (reader, wireType, values) => {
      if (wireType !== element.wireType) return reader.skip(wireType, field.number)
      const before = values[slot] as Struct | null
      const value = element.read(reader, before?.values[index] ?? null)
      if (value === null) return
      const union = new Struct(unionSchema)
      ;(union.values as Values)[index] = value
      values[slot] = union
    }
  }

  #map(schema: Schema, field: FieldType, slot: number): FieldReader {
    const entry = field.type as MessageType
    const [keyField, valueField] = entry.fields as [FieldType, FieldType]
    const keys = this.#element(entry, keyField, schema.keySchema as Schema)
    const elements = this.#element(entry, valueField, schema.valueSchema as Schema)
    return (reader, wireType, values) => {
      if (wireType !== DELIMITED) return reader.skip(wireType, field.number)
      const outerEnd = reader.enter()
      values[slot] ??= new Map<ConnectValue, ConnectValue>()
      readEntry(reader, keys, elements, values[slot] as Map<ConnectValue, ConnectValue>)
      reader.leave(outerEnd)
    }
  }
}

type FieldDispatch = (number: number) => FieldReader | undefined

/** Reads fields up to the end of `reader`. */
function readFields(reader: WireReader, values: Values, readField: FieldDispatch): void {
  while (reader.at < reader.end) {
    const tag = reader.tag()
    const number = tag >>> 3
    const read = readField(number)
    if (read === undefined) reader.skip(tag & 7, number)
    else read(reader, tag & 7, values)
  }
}

function readEntry(
  reader: WireReader,
  keys: ElementReader,
  elements: ElementReader,
  map: Map<ConnectValue, ConnectValue>,
): void {
  let key: ConnectValue = null
  let value: ConnectValue = null
  while (reader.at < reader.end) {
    const tag = reader.tag()
    if (tag === ((1 << 3) | keys.wireType)) key = keys.read(reader, key)
    else if (tag === ((2 << 3) | elements.wireType)) value = elements.read(reader, value)
    else reader.skip(tag & 7, tag >>> 3)
  }
  map.set(key ?? keys.absent(), value ?? elements.absent())
}

function lacking(reader: WireReader, { fullName }: MessageType, field: string): ConnectError {
  return reader.corrupt(`message ${fullName} lacks its required field ${field}`, reader.at)
}
