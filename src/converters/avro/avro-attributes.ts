import type { SchemaBuilder } from '../../sdk/index.ts'
import type { AvroOptions } from './avro-config.ts'
import { type AvroJson, isJsonObject, jsonText } from './avro-json.ts'
import { avroNames, avroProps } from './avro-names.ts'
import { type AvroSchema, avroError, isNamed, stringProp, typeNameOf } from './avro-schema.ts'

export function addDoc(
  builder: SchemaBuilder,
  avro: AvroSchema,
  fieldDoc: string | null,
  { connectMetaData, discardTypeDocDefault }: AvroOptions,
): void {
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

/** @param registered Version in the registry, where the schema itself says none. */
export function addVersion(
  builder: SchemaBuilder,
  avro: AvroSchema,
  registered: number | null,
): void {
  const given = avro.props.get(avroProps.version)
  const logical = builder.build().version
  if (given === undefined) {
    if (registered !== null && logical === null) builder.version(registered)
    return
  }
  if (typeof given !== 'number') throw avroError(`Invalid Connect version found: ${textOf(given)}`)
  if (logical === null) builder.version(given)
  else if (logical !== given) {
    throw avroError(
      `Mismatched versions: version already added to SchemaBuilder (${logical}) differs from version in source schema (${given})`,
    )
  }
}

export function addParameters(
  builder: SchemaBuilder,
  avro: AvroSchema,
  { connectMetaData }: AvroOptions,
): void {
  const parameters = avro.props.get(avroProps.parameters)
  if (connectMetaData && parameters !== undefined) {
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

export function addName(builder: SchemaBuilder, avro: AvroSchema): void {
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

/** Texts as they are, the rest as JSON. */
export function textOf(json: AvroJson): string {
  return typeof json === 'string' ? json : jsonText(json)
}
