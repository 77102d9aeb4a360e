import {
  type ByteWriter,
  ConnectError,
  type ConnectValue,
  javaClassOf,
  type Schema,
  Struct,
} from '../../sdk/index.ts'
import { type FieldType, isMapField, isScalar, type MessageType } from './descriptor.ts'
import { logicalWriters } from './logical-messages.ts'
import { scrubbed } from './names.ts'
import { wrappedType } from './proto-to-connect.ts'
import { enumWriter, type ScalarWriter, scalarWriter } from './scalar-writer.ts'
import { isUnion, logicalTypes } from './schema-kinds.ts'
import { DELIMITED } from './wire-reader.ts'
import { beginDelimited, endDelimited, writeVarint } from './wire-writer.ts'

export interface EncoderOptions {
  readonly scrubInvalidNames: boolean
  readonly generalizedSumTypes: boolean
  /** Null is not written as the default of its schema. */
  readonly ignoreDefaults: boolean
  /** Fields that the message doesn't have are an error, else they are left out. */
  readonly isStrict: boolean
}

/** Writes the fields of a message, without its length. */
type MessageWriter = (out: ByteWriter, value: ConnectValue) => void

/** Writes one value of a field with its tag; zeros of fields without presence are left out. */
interface Element {
  readonly wireType: number
  readonly isPackable: boolean
  write(out: ByteWriter, value: ConnectValue): void
  isZero(value: ConnectValue): boolean
}

/** Writes one field of a struct. */
interface FieldWriter {
  readonly number: number
  write(out: ByteWriter, values: readonly ConnectValue[]): void
}

/**
 * How values of a schema are written as a message.
 * @throws ConnectError DATA_INVALID when the message can't hold them.
 */
export function messageWriter(
  schema: Schema,
  message: MessageType,
  options: EncoderOptions,
): MessageWriter {
  const encoder = new Encoder(options)
  return schema.type === 'STRUCT'
    ? encoder.struct(schema, message)
    : encoder.wrapper(schema, message)
}

class Encoder {
  readonly #options: EncoderOptions
  readonly #structs = new Map<MessageType, Map<Schema, MessageWriter>>()

  constructor(options: EncoderOptions) {
    this.#options = options
  }

  struct(schema: Schema, message: MessageType): MessageWriter {
    const writers = this.#structs.get(message) ?? new Map<Schema, MessageWriter>()
    this.#structs.set(message, writers)
    const known = writers.get(schema)
    if (known !== undefined) return known
    // A struct that contains itself finds its writer here while its fields are compiled.
    let compiled: MessageWriter | null = null
    writers.set(schema, (out, value) => (compiled as MessageWriter)(out, value))
    compiled = this.#compile(schema, message)
    writers.set(schema, compiled)
    return compiled
  }

  /** The only field of a wrapper. */
  wrapper(schema: Schema, message: MessageType): MessageWriter {
    const [field] = message.fields
    if (wrappedType(message) === null || field === undefined) {
      throw unfit(schema, `message ${message.fullName}`)
    }
    const element = this.#element(schema, field)
    const tag = (field.number << 3) | element.wireType
    return (out, value) => {
      if (value === null || element.isZero(value)) return
      writeVarint(out, tag)
      element.write(out, value)
    }
  }

  #compile(schema: Schema, message: MessageType): MessageWriter {
    const fields = this.#fields(schema, message).sort((a, b) => a.number - b.number)
    return (out, value) => {
      if (!(value instanceof Struct)) throw mismatch('STRUCT', value)
      if (value.schema !== schema && !value.schema.equals(schema)) {
        throw invalid('Mismatching struct schema')
      }
      for (const field of fields) field.write(out, value.values)
    }
  }

  #fields(schema: Schema, message: MessageType): FieldWriter[] {
    return schema.fields.flatMap((field): readonly FieldWriter[] => {
      if (isUnion(field.schema)) return this.#union(field.schema, field.index, message)
      const target = this.#target(field.name, message)
      if (target === null) return []
      const { schema: fieldSchema, index } = field
      const replacement = this.#options.ignoreDefaults ? null : fieldSchema.defaultValue
      const write = this.#field(fieldSchema, target)
      return [
        {
          number: target.number,
          write(out, values) {
            const value = values[index] ?? replacement
            if (value !== null) write(out, value)
          },
        },
      ]
    })
  }

  #target(fieldName: string, message: MessageType): FieldType | null {
    const name = this.#options.scrubInvalidNames ? scrubbed(fieldName) : fieldName
    const target = message.fields.find((field) => field.name === name)
    if (target !== undefined) return target
    if (!this.#options.isStrict) return null
    throw invalid(
      `Message ${message.fullName} of the registered schema has no field ${name}: register a schema that has it, remove the field (transform ReplaceField), or set latest.compatibility.strict=false to leave it out`,
    )
  }

  /** A struct of which one field is written, as the member of a oneof that it stands for. */
  #union(schema: Schema, slot: number, message: MessageType): FieldWriter[] {
    return schema.fields.flatMap(({ name, index, schema: memberSchema }): FieldWriter[] => {
      const target = this.#target(name, message)
      if (target === null) return []
      const writeMember = this.#field(memberSchema, target)
      const write: FieldWriter['write'] = (out, values) => {
        const union = values[slot] ?? null
        if (union !== null) writeChosen(out, union, index, writeMember)
      }
      return [{ number: target.number, write }]
    })
  }

  /** Writes a value that is not null, with its tag. */
  #field(schema: Schema, field: FieldType): MessageWriter {
    if (schema.type === 'MAP' && isMapField(field)) return this.#map(schema, field)
    if (schema.type === 'ARRAY' && field.label === 'repeated') return this.#list(schema, field)
    if (field.label === 'repeated') throw unfit(schema, `repeated field ${field.name}`)
    const element = this.#element(schema, field)
    const tag = (field.number << 3) | element.wireType
    // A field with presence is written also where it is zero.
    const hasPresence = field.label !== null || field.oneof !== null
    return (out, value) => {
      if (!hasPresence && element.isZero(value)) return
      writeVarint(out, tag >>> 0)
      element.write(out, value)
    }
  }

  #list(schema: Schema, field: FieldType): MessageWriter {
    if (schema.valueSchema === null) throw invalid('The elements of an array have no schema')
    const element = this.#element(schema.valueSchema, field)
    const isPacked = element.isPackable && field.packed
    const tag = ((field.number << 3) | (isPacked ? DELIMITED : element.wireType)) >>> 0
    return (out, value) => {
      if (!Array.isArray(value)) throw mismatch('ARRAY', value)
      if (value.length === 0) return
      if (isPacked) writePacked(out, tag, element, value)
      else {
        for (const each of value as readonly ConnectValue[]) {
          writeVarint(out, tag)
          element.write(out, presentElement(each))
        }
      }
    }
  }

  #map(schema: Schema, field: FieldType): MessageWriter {
    const [keyField, valueField] = (field.type as MessageType).fields as [FieldType, FieldType]
    const { keySchema, valueSchema } = schema
    if (keySchema === null || valueSchema === null)
      throw invalid('The entries of a map have no schema')
    const writeKey = this.#field(keySchema, keyField)
    const writeValue = this.#field(valueSchema, valueField)
    const tag = ((field.number << 3) | DELIMITED) >>> 0
    return (out, value) => {
      if (!(value instanceof Map)) throw mismatch('MAP', value)
      for (const [key, each] of value as ReadonlyMap<ConnectValue, ConnectValue>) {
        writeVarint(out, tag)
        const start = beginDelimited(out)
        if (key !== null) writeKey(out, key)
        if (each !== null) writeValue(out, each)
        endDelimited(out, start)
      }
    }
  }

  #element(schema: Schema, field: FieldType): Element {
    const { type } = field
    if (isScalar(type)) return checked(scalarWriter(type, schema), schema, field)
    if (type.kind === 'enum') {
      return checked(enumWriter(type, schema, this.#options.generalizedSumTypes), schema, field)
    }
    const write = this.#message(schema, type)
    return {
      wireType: DELIMITED,
      isPackable: false,
      isZero: () => false,
      write(out, value) {
        const start = beginDelimited(out)
        write(out, value)
        endDelimited(out, start)
      },
    }
  }

  #message(schema: Schema, message: MessageType): MessageWriter {
    const logical = schema.name === null ? undefined : logicalWriters.get(schema.name)
    if (logical !== undefined) {
      if (logicalTypes[schema.name as string]?.[1] === message.fullName) return logical
      throw unfit(schema, `message ${message.fullName}`)
    }
    if (schema.type === 'STRUCT') return this.struct(schema, message)
    return this.wrapper(schema, message)
  }
}

/** Writes the member at `index` when it is the one that is set. */
function writeChosen(
  out: ByteWriter,
  union: ConnectValue,
  index: number,
  write: MessageWriter,
): void {
  if (!(union instanceof Struct)) throw mismatch('STRUCT', union)
  const chosen = union.values.findIndex((value) => value !== null)
  if (chosen === -1) throw invalid('Cannot find non-null field')
  if (chosen === index) write(out, union.values[index] as ConnectValue)
}

function checked(writer: ScalarWriter | null, schema: Schema, field: FieldType): ScalarWriter {
  if (writer === null) throw unfit(schema, `field ${field.name}`)
  return writer
}

function writePacked(
  out: ByteWriter,
  tag: number,
  element: Element,
  list: readonly ConnectValue[],
): void {
  writeVarint(out, tag)
  const start = beginDelimited(out)
  for (const each of list) element.write(out, presentElement(each))
  endDelimited(out, start)
}

function presentElement(value: ConnectValue): ConnectValue {
  if (value !== null) return value
  throw invalid('A null in an array has no Protobuf form')
}

function mismatch(type: string, value: ConnectValue): ConnectError {
  return invalid(`Invalid type for ${type}: class ${javaClassOf(value)}`)
}

function unfit(schema: Schema, where: string): ConnectError {
  const name = schema.name === null ? '' : ` ${schema.name}`
  return invalid(`Values of type ${schema.type}${name} do not fit ${where} of the Protobuf schema`)
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
