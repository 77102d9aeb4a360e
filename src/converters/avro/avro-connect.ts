import {
  ConnectError,
  dateBuilder,
  decimalBuilder,
  Schema,
  SchemaBuilder,
  STRING_SCHEMA,
  timeBuilder,
  timestampBuilder,
} from '../../sdk/index.ts'
import { isAnything } from './avro-anything-schema.ts'
import type { AvroOptions } from './avro-config.ts'
import { connectDefault } from './avro-default-read.ts'
import { type AvroJson, isJsonObject, jsonText } from './avro-json.ts'
import { avroNames, avroProps, DECIMAL_PRECISION } from './avro-names.ts'
import {
  type AvroArray,
  type AvroEnum,
  type AvroField,
  type AvroPrimitive,
  type AvroRecord,
  type AvroSchema,
  type AvroUnion,
  avroError,
  fullNameOf,
  isNamed,
  stringProp,
  typeNameOf,
} from './avro-schema.ts'
import { memberFieldName, unionForm } from './avro-union.ts'

/**
 * The Connect schema of data in an Avro schema; null for data without one.
 * @param version Of the schema in the registry, where the schema itself says none.
 * @throws ConnectError DATA_INVALID for what Connect can't say.
 */
export function connectSchemaOf(
  avro: AvroSchema,
  version: number | null,
  options: AvroOptions,
  nextUnion: () => number,
): Schema | null {
  if (isAnything(avro)) return null
  return new Translation(options, nextUnion).of(avro, { version })
}

interface Place {
  /** Whether null is allowed because of what is around. */
  readonly optional?: boolean
  /** Default and doc of the field. */
  readonly field?: AvroField
  readonly version?: number | null
}

class Translation {
  readonly #options: AvroOptions
  /** Counts the unions, where they are named by number. */
  readonly #nextUnion: () => number
  /** Records that are being translated. */
  readonly #open = new Set<AvroRecord>()

  constructor(options: AvroOptions, nextUnion: () => number) {
    this.#options = options
    this.#nextUnion = nextUnion
  }

  of(avro: AvroSchema, place: Place): Schema {
    if (avro.type === 'union') {
      const { isStruct, hasNull, members } = unionForm(avro, this.#options)
      const [only] = members
      if (!isStruct && only !== undefined) {
        return this.of(only.schema, { optional: hasNull, ...docOnly(place) })
      }
    }
    const builder = this.#builder(avro)
    this.#addDoc(builder, avro, place.field?.doc ?? null)
    this.#addVersion(builder, avro, place.version ?? null)
    this.#addParameters(builder, avro)
    this.#addName(builder, avro)
    if (place.optional === true) builder.optional()
    this.#addDefault(builder, avro, place.field?.defaultValue)
    return builder.build()
  }

  #builder(avro: AvroSchema): SchemaBuilder {
    switch (avro.type) {
      case 'null':
        throw avroError('Standalone null schemas are not supported by this converter')
      case 'array':
        return this.#array(avro)
      case 'map':
        return SchemaBuilder.map(STRING_SCHEMA, this.of(avro.values, {}))
      case 'record':
        return this.#record(avro)
      case 'enum':
        return this.#enum(avro)
      case 'union':
        return this.#union(avro)
      case 'fixed':
        return bytesBuilder(avro).parameter(avroNames.fixedSize, String(avro.sizeBytes))
      case 'bytes':
        return bytesBuilder(avro)
      default:
        return primitiveBuilder(avro)
    }
  }

  /** Lists of entries are maps with other keys than strings. */
  #array({ items }: AvroArray): SchemaBuilder {
    if (items.type !== 'record' || !isMapEntry(items))
      return SchemaBuilder.array(this.of(items, {}))
    const [key, value] = ['key', 'value'].map((name) =>
      items.fields.find((field) => field.name === name),
    )
    if (items.fields.length !== 2 || key === undefined || value === undefined) {
      throw avroError(
        'Found map encoded as array of key-value pairs, but array elements do not match the expected format.',
      )
    }
    return SchemaBuilder.map(this.of(key.schema, {}), this.of(value.schema, {}))
  }

  #record(record: AvroRecord): SchemaBuilder {
    if (this.#open.has(record)) {
      throw avroError(
        `The type ${fullNameOf(record)} contains itself, which schemas of Connect can not: read it with org.apache.kafka.connect.converters.ByteArrayConverter`,
      )
    }
    this.#open.add(record)
    const { discardTypeDocDefault, connectMetaData } = this.#options
    const keepsDoc = connectMetaData && !discardTypeDocDefault
    const builder = SchemaBuilder.struct()
    if (keepsDoc && record.doc !== null) builder.parameter(avroNames.recordDoc, record.doc)
    for (const field of record.fields) {
      if (keepsDoc && field.doc !== null) {
        builder.parameter(`${avroNames.fieldDoc}${field.name}`, field.doc)
      }
      builder.field(field.name, this.#field(field))
    }
    this.#open.delete(record)
    return builder
  }

  #field(field: AvroField): Schema {
    const schema = this.of(field.schema, { field })
    const parameters = field.props.get(avroProps.parameters)
    if (!this.#options.connectMetaData || !isJsonObject(parameters)) return schema
    const own = Object.entries(parameters).map(([key, value]): [string, string] => [
      key,
      textOf(value),
    ])
    return withParameters(schema, own)
  }

  #enum(avro: AvroEnum): SchemaBuilder {
    const { connectMetaData, discardTypeDocDefault, generalized } = this.#options
    const builder = SchemaBuilder.string()
    if (connectMetaData && avro.doc !== null) {
      builder.parameter(
        discardTypeDocDefault ? avroProps.enumDoc : `${avroNames.enumDoc}${avro.name}`,
        avro.doc,
      )
    }
    if (connectMetaData && !discardTypeDocDefault && avro.defaultSymbol !== null) {
      builder.parameter(`${avroNames.enumDefault}${avro.name}`, avro.defaultSymbol)
    }
    const parameter = generalized ? avroNames.generalizedEnum : avroNames.enum
    builder.parameter(parameter, fullNameOf(avro))
    for (const [index, symbol] of avro.symbols.entries()) {
      builder.parameter(`${parameter}.${symbol}`, generalized ? String(index) : symbol)
    }
    return builder
  }

  #union(union: AvroUnion): SchemaBuilder {
    const { hasNull, members } = unionForm(union, this.#options)
    const { generalized } = this.#options
    const name = generalized ? `connect_union_${this.#nextUnion()}` : avroNames.union
    const builder = SchemaBuilder.struct().name(name)
    if (generalized) builder.parameter(avroNames.generalizedUnion, name)
    if (hasNull) builder.optional()
    const names = new Set<string>()
    for (const member of members) {
      const fieldName = memberFieldName(member, this.#options)
      if (names.has(fieldName)) {
        throw avroError(
          `Multiple union schemas map to the Connect union field name ${fieldName}: set enhanced.avro.schema.support=true`,
        )
      }
      names.add(fieldName)
      builder.field(fieldName, this.of(member.schema, { optional: true }))
    }
    return builder
  }

  #addDoc(builder: SchemaBuilder, avro: AvroSchema, fieldDoc: string | null): void {
    const { connectMetaData, discardTypeDocDefault } = this.#options
    const ownDoc = isNamed(avro) ? avro.doc : null
    const connectDoc = stringProp(avro, avroProps.doc)
    if (!discardTypeDocDefault) {
      if (connectMetaData && connectDoc !== null) builder.doc(connectDoc)
      return
    }
    const doc = fieldDoc ?? ownDoc ?? connectDoc
    if (doc !== null) builder.doc(doc)
    if (connectMetaData && ownDoc !== null) builder.parameter(avroProps.recordDoc, ownDoc)
  }

  #addVersion(builder: SchemaBuilder, avro: AvroSchema, registered: number | null): void {
    const given = avro.props.get(avroProps.version)
    const logical = builder.build().version
    if (given === undefined) {
      if (registered !== null && logical === null) builder.version(registered)
      return
    }
    if (typeof given !== 'number')
      throw avroError(`Invalid Connect version found: ${textOf(given)}`)
    if (logical === null) builder.version(given)
    else if (logical !== given) {
      throw avroError(
        `Mismatched versions: version already added to SchemaBuilder (${logical}) differs from version in source schema (${given})`,
      )
    }
  }

  #addParameters(builder: SchemaBuilder, avro: AvroSchema): void {
    const parameters = avro.props.get(avroProps.parameters)
    if (this.#options.connectMetaData && parameters !== undefined) {
      if (!isJsonObject(parameters)) {
        throw avroError(
          `Expected JSON object for schema parameters but found: ${jsonText(parameters)}`,
        )
      }
      for (const [key, value] of Object.entries(parameters)) {
        if (typeof value !== 'string') {
          throw avroError(
            `Expected schema parameter values to be strings but found: ${jsonText(value)}`,
          )
        }
        builder.parameter(key, value)
      }
    }
    for (const [key, value] of avro.props) {
      if (key.startsWith(avroProps.prefix)) builder.parameter(key, textOf(value))
    }
  }

  #addName(builder: SchemaBuilder, avro: AvroSchema): void {
    const logical = builder.build().name
    const given = avro.props.get(avroProps.name)
    if (given !== undefined && typeof given !== 'string') {
      throw avroError(`Invalid schema name: ${jsonText(given)}`)
    }
    const isUnsaid = !isNamed(avro) || (avro.type === 'fixed' && logical !== null)
    const name = given ?? (isUnsaid ? null : typeNameOf(avro))
    const unnamed = `${avroNames.namespace}.${avroNames.unnamedRecord}`
    if (name === null || name.startsWith(unnamed)) return
    if (logical === null) builder.name(name)
    else if (logical !== name) {
      throw avroError(
        `Mismatched names: name already added to SchemaBuilder (${logical}) differs from name in source schema (${name})`,
      )
    }
  }

  /** A default that doesn't fit is no default. */
  #addDefault(builder: SchemaBuilder, avro: AvroSchema, ofField: AvroJson | undefined): void {
    const { connectMetaData, discardTypeDocDefault } = this.#options
    const ofConnect = avro.props.get(avroProps.defaultValue)
    if (
      ofField !== undefined &&
      ofConnect === undefined &&
      connectMetaData &&
      !discardTypeDocDefault
    ) {
      builder.parameter(avroNames.fieldDefaultFlag, 'true')
    }
    const json = ofField ?? ofConnect
    if (json === undefined) return
    try {
      const value = connectDefault(avro, builder.build(), json, this.#options)
      if (value !== null) builder.defaultValue(value)
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error
    }
  }
}

/** Where a union is one type, its field gives that type the doc, but not the default. */
function docOnly({ field }: Place): Place {
  return field === undefined ? {} : { field: { ...field, defaultValue: undefined } }
}

function bytesBuilder(avro: AvroSchema): SchemaBuilder {
  if (stringProp(avro, avroProps.logicalType)?.toLowerCase() !== 'decimal') {
    return SchemaBuilder.bytes()
  }
  const scale = avro.props.get(avroProps.scale)
  const precision = avro.props.get(avroProps.precision)
  const builder = decimalBuilder(typeof scale === 'number' ? scale : 0)
  if (precision === undefined) return builder
  if (typeof precision !== 'number') {
    throw avroError(`precision property must be a JSON Integer, but is ${jsonText(precision)}`)
  }
  return precision === DECIMAL_PRECISION
    ? builder
    : builder.parameter(avroNames.decimalPrecision, String(precision))
}

function primitiveBuilder(avro: AvroPrimitive): SchemaBuilder {
  const logicalType = stringProp(avro, avroProps.logicalType)?.toLowerCase() ?? null
  switch (avro.type) {
    case 'boolean':
      return SchemaBuilder.bool()
    case 'int':
      return intBuilder(logicalType, stringProp(avro, avroProps.type))
    case 'long':
      return logicalType === 'timestamp-millis' ? timestampBuilder() : SchemaBuilder.int64()
    case 'float':
      return SchemaBuilder.float32()
    case 'double':
      return SchemaBuilder.float64()
    default:
      return SchemaBuilder.string()
  }
}

function intBuilder(logicalType: string | null, connectType: string | null): SchemaBuilder {
  if (logicalType === 'date') return dateBuilder()
  if (logicalType === 'time-millis') return timeBuilder()
  if (logicalType !== null || connectType === null) return SchemaBuilder.int32()
  if (connectType === 'int8') return SchemaBuilder.int8()
  if (connectType === 'int16') return SchemaBuilder.int16()
  throw avroError('Connect type annotation for Avro int field is null')
}

function isMapEntry(record: AvroRecord): boolean {
  return (
    fullNameOf(record) === `${avroNames.namespace}.${avroNames.mapEntry}` ||
    stringProp(record, avroProps.internalType) === avroNames.mapEntry
  )
}

/** The schema with these parameters of a field beside its own. */
function withParameters(schema: Schema, own: readonly (readonly [string, string])[]): Schema {
  const { type, optional, defaultValue, name, version, doc, parameters } = schema
  if (own.every(([key, value]) => parameters?.get(key) === value)) return schema
  return new Schema({
    ...{ type, optional, defaultValue, name, version, doc },
    parameters: new Map([...(parameters ?? []), ...own]),
    ...(type === 'STRUCT' ? { fields: schema.fields } : {}),
    ...(type === 'MAP' ? { keySchema: schema.keySchema } : {}),
    ...(type === 'MAP' || type === 'ARRAY' ? { valueSchema: schema.valueSchema } : {}),
  })
}

function textOf(json: AvroJson): string {
  return typeof json === 'string' ? json : jsonText(json)
}
