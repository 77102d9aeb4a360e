import {
  ConnectError,
  dateBuilder,
  decimalBuilder,
  type Field,
  Schema,
  type SchemaParts,
  timeBuilder,
  timestampBuilder,
} from '../../sdk/index.ts'
import { RecursiveSchema } from '../recursive-schema.ts'
import {
  type FieldType,
  isMapField,
  isScalar,
  type MessageType,
  type OneofType,
  type ScalarType,
} from './descriptor.ts'
import {
  ENUM_PARAMETER,
  GENERALIZED_ENUM,
  GENERALIZED_UNION,
  mapFieldName,
  PRECISION_PARAMETER,
  TAG_PARAMETER,
  TYPE_PARAMETER,
  UNION_PREFIX,
  WRAPPER_PARAMETER,
} from './names.ts'

export interface ProtoReadOptions {
  readonly enhanced: boolean
  readonly intForEnums: boolean
  readonly optionalForNullables: boolean
  readonly optionalForProto2: boolean
  readonly wrapperForNullables: boolean
  readonly wrapperForRawPrimitives: boolean
  readonly generateStructForNulls: boolean
  readonly generateIndexForUnions: boolean
  readonly flattenUnions: boolean
  readonly generalizedSumTypes: boolean
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type OpenParts = Mutable<SchemaParts> & { parameters: Map<string, string> }

/** @param version Of the schema in its subject; null where it has none. */
export function schemaOfMessage(
  message: MessageType,
  options: ProtoReadOptions,
  version: number | null,
): Schema {
  const wrapped = options.wrapperForRawPrimitives ? wrappedType(message) : null
  if (wrapped !== null) return new Schema({ type: schemaTypes[wrapped], version })
  return new Schema({ ...new SchemaReader(options).struct(message), parameters: null, version })
}

/** The type in a wrapper of Protobuf's; null for other messages. */
export function wrappedType(message: MessageType): ScalarType | null {
  const [value] = message.fields
  if (!message.fullName.startsWith('google.protobuf.') || value === undefined) return null
  const isWrapper = /^(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/.test(message.name)
  return isWrapper && isScalar(value.type) ? value.type : null
}

const schemaTypes = {
  double: 'FLOAT64',
  float: 'FLOAT32',
  int32: 'INT32',
  sint32: 'INT32',
  sfixed32: 'INT32',
  uint32: 'INT64',
  fixed32: 'INT64',
  int64: 'INT64',
  uint64: 'INT64',
  sint64: 'INT64',
  fixed64: 'INT64',
  sfixed64: 'INT64',
  bool: 'BOOLEAN',
  string: 'STRING',
  bytes: 'BYTES',
} as const satisfies Record<ScalarType, Schema['type']>

/** Field of the struct that stands for a oneof. */
export function unionFieldName({ name, index }: OneofType, options: ProtoReadOptions): string {
  return options.generateIndexForUnions ? `${name}_${index}` : name
}

const logicalBuilders = new Map([
  ['google.type.Date', dateBuilder],
  ['google.type.TimeOfDay', timeBuilder],
  ['google.protobuf.Timestamp', timestampBuilder],
])

/** Messages within messages of other types: deeper ones are no schema that anybody means. */
const DEPTH_MAX = 200

class SchemaReader {
  readonly #options: ProtoReadOptions
  /** Fields of messages that were met; those of a message that is still being read grow. */
  readonly #fields = new Map<MessageType, Field[]>()
  readonly #open = new Set<MessageType>()
  /** Number of the field that a message was met in first; null for a list, a map and the root. */
  readonly #firstTags = new Map<MessageType, string | null>()

  constructor(options: ProtoReadOptions) {
    this.#options = options
  }

  struct(message: MessageType): OpenParts {
    if (!this.#firstTags.has(message)) this.#firstTags.set(message, null)
    return {
      type: 'STRUCT',
      name: this.#options.enhanced ? message.fullName : message.name,
      fields: this.#fieldsOf(message),
      parameters: new Map(),
    }
  }

  #fieldsOf(message: MessageType): Field[] {
    const known = this.#fields.get(message)
    if (known !== undefined) return known
    const fields: Field[] = []
    this.#fields.set(message, fields)
    this.#open.add(message)
    if (this.#open.size > DEPTH_MAX) {
      throw new ConnectError(
        `Message ${message.fullName} is nested deeper than ${DEPTH_MAX} messages in others`,
        { code: 'DATA_INVALID' },
      )
    }
    const add = (name: string, schema: Schema) => {
      if (fields.some((field) => field.name === name)) {
        throw new ConnectError(
          `Message ${message.fullName} has two fields ${name} as a Connect schema: set generate.index.for.unions=true, or rename one`,
          { code: 'DATA_INVALID' },
        )
      }
      fields.push({ name, index: fields.length, schema })
    }
    for (const oneof of message.oneofs) {
      if (this.#options.flattenUnions) {
        for (const field of oneof.fields) add(field.name, this.#field(field))
      } else add(unionFieldName(oneof, this.#options), this.#union(oneof, message))
    }
    for (const field of message.fields) {
      if (field.oneof === null) add(field.name, this.#field(field))
    }
    this.#open.delete(message)
    return fields
  }

  #union(oneof: OneofType, message: MessageType): Schema {
    const { generalizedSumTypes, enhanced } = this.#options
    const fullName = enhanced ? `${message.fullName}.${oneof.name}` : oneof.name
    return new Schema({
      type: 'STRUCT',
      optional: true,
      name: generalizedSumTypes ? oneof.name : UNION_PREFIX + fullName,
      parameters: generalizedSumTypes ? new Map([[GENERALIZED_UNION, oneof.name]]) : null,
      fields: oneof.fields.map((field, index) => ({
        name: field.name,
        index,
        schema: this.#field(field),
      })),
    })
  }

  #field(field: FieldType): Schema {
    const firstTag = this.#firstTag(field)
    let parts = this.#ofType(field)
    if (field.label === 'repeated' && !isMapField(field)) {
      // As in the reference, where all uses of a message share what the first one has set.
      if (firstTag !== null && parts.type === 'STRUCT') {
        parts.parameters.set(TAG_PARAMETER, firstTag)
      }
      const element = builtSchema({ ...parts, optional: true }, this.#recursion(field))
      parts = { type: 'ARRAY', valueSchema: element, optional: true, parameters: new Map() }
    }
    if (this.#isOptional(field)) parts.optional = true
    if (field.oneof !== null && this.#options.wrapperForNullables && isWrapper(field.type)) {
      parts.parameters.set(WRAPPER_PARAMETER, 'true')
    }
    parts.parameters.set(TAG_PARAMETER, String(field.number))
    return builtSchema(parts, parts.type === 'STRUCT' ? this.#recursion(field) : null)
  }

  /** What `#firstTags` knows of the message of a field before this use of it. */
  #firstTag({ type, label, number }: FieldType): string | null {
    if (isScalar(type) || type.kind === 'enum') return null
    const known = this.#firstTags.get(type)
    if (known === undefined) this.#firstTags.set(type, label === 'repeated' ? null : String(number))
    return known ?? null
  }

  #isOptional({ label, oneof }: FieldType): boolean {
    if (oneof !== null) return true
    if (this.#options.optionalForNullables) return label === 'optional'
    return !this.#options.wrapperForNullables
  }

  /** The fields of a message that is still being read; null for other types. */
  #recursion({ type }: FieldType): Field[] | null {
    if (isScalar(type) || type.kind === 'enum' || !this.#open.has(type)) return null
    return this.#fields.get(type) ?? null
  }

  #ofType(field: FieldType): OpenParts {
    const { type } = field
    if (isScalar(type)) return scalarParts(type, field)
    if (type.kind === 'enum') return this.#enum(type)
    const parts = this.#ofMessage(type, field)
    parts.optional = true
    return parts
  }

  #enum(type: Extract<FieldType['type'], { kind: 'enum' }>): OpenParts {
    const { generalizedSumTypes, intForEnums, enhanced } = this.#options
    const parameter = generalizedSumTypes ? GENERALIZED_ENUM : ENUM_PARAMETER
    const parameters = new Map([[parameter, type.name]])
    for (const { name, number } of type.values)
      parameters.set(`${parameter}.${name}`, String(number))
    return {
      type: intForEnums ? 'INT32' : 'STRING',
      name: enhanced ? type.fullName : type.name,
      optional: true,
      parameters,
    }
  }

  #ofMessage(message: MessageType, field: FieldType): OpenParts {
    if (message.fullName === 'confluent.type.Decimal') return decimalParts(field)
    const logical = logicalBuilders.get(message.fullName)
    if (logical !== undefined) return partsOf(logical().build())
    const { wrapperForNullables, wrapperForRawPrimitives } = this.#options
    const wrapped = wrapperForNullables || wrapperForRawPrimitives ? wrappedType(message) : null
    if (wrapped !== null) return { type: schemaTypes[wrapped], parameters: new Map() }
    return isMapField(field) ? this.#map(message) : this.struct(message)
  }

  #map(entry: MessageType): OpenParts {
    const [key, value] = entry.fields
    return {
      type: 'MAP',
      name: mapFieldName(this.#options.enhanced ? entry.fullName : entry.name),
      keySchema: this.#field(key as FieldType),
      valueSchema: this.#field(value as FieldType),
      parameters: new Map(),
    }
  }
}

function isWrapper(type: FieldType['type']): boolean {
  return !isScalar(type) && type.kind === 'message' && wrappedType(type) !== null
}

function scalarParts(type: ScalarType, { params }: FieldType): OpenParts {
  const connectType = params.get('connect.type')
  const small = schemaTypes[type] === 'INT32' ? connectType?.toUpperCase() : undefined
  if (small === 'INT8' || small === 'INT16') return { type: small, parameters: new Map() }
  const isUsual = schemaTypes[type].toLowerCase() === type || !/32$|64$/.test(type)
  const parameters = isUsual ? [] : [[TYPE_PARAMETER, type] as const]
  return { type: schemaTypes[type], parameters: new Map(parameters) }
}

function decimalParts({ params }: FieldType): OpenParts {
  const parts = partsOf(decimalBuilder(integerOf(params.get('scale')) ?? 0).build())
  const precision = integerOf(params.get('precision'))
  if (precision !== null) parts.parameters.set(PRECISION_PARAMETER, String(precision))
  return parts
}

function integerOf(text: string | undefined): number | null {
  return text !== undefined && /^[+-]?\d{1,9}$/.test(text) ? Number(text) : null
}

function partsOf({ type, name, version, parameters }: Schema): OpenParts {
  return { type, name, version, parameters: new Map(parameters ?? []) }
}

/** @param recursion Fields of the struct where they are not all known yet. */
function builtSchema(parts: OpenParts, recursion: Field[] | null): Schema {
  const parameters = parts.parameters.size === 0 ? null : parts.parameters
  if (recursion === null) return new Schema({ ...parts, parameters })
  const { type: _, fields: __, ...attributes } = parts
  return new RecursiveSchema({ ...attributes, parameters }, recursion)
}
