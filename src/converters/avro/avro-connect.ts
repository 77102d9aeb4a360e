import { ConnectError, Schema, SchemaBuilder, STRING_SCHEMA } from '../../sdk/index.ts'
import { isAnything } from './avro-anything-schema.ts'
import { addDoc, addName, addParameters, addVersion, textOf } from './avro-attributes.ts'
import { bytesBuilder, isMapEntry, primitiveBuilder } from './avro-builders.ts'
import type { AvroOptions } from './avro-config.ts'
import { connectDefault } from './avro-default-read.ts'
import { type AvroJson, isJsonObject } from './avro-json.ts'
import { avroNames, avroProps } from './avro-names.ts'
import {
  type AvroArray,
  type AvroEnum,
  type AvroField,
  type AvroRecord,
  type AvroSchema,
  type AvroUnion,
  avroError,
  fullNameOf,
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

/** A few types that use each other twice over make any number of parts. */
const PARTS_MAX = 100_000

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
  #parts = 0
  /** Records that are being translated. */
  readonly #open = new Set<AvroRecord>()

  constructor(options: AvroOptions, nextUnion: () => number) {
    this.#options = options
    this.#nextUnion = nextUnion
  }

  of(avro: AvroSchema, place: Place): Schema {
    if (++this.#parts > PARTS_MAX) throw avroError(`The schema has more than ${PARTS_MAX} parts`)
    if (avro.type === 'union') {
      const { isStruct, hasNull, members } = unionForm(avro, this.#options)
      const [only] = members
      if (!isStruct && only !== undefined) {
        return this.of(only.schema, { optional: hasNull, ...docOnly(place) })
      }
    }
    const builder = this.#builder(avro)
    addDoc(builder, avro, place.field?.doc ?? null, this.#options)
    addVersion(builder, avro, place.version ?? null)
    addParameters(builder, avro, this.#options)
    addName(builder, avro)
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
