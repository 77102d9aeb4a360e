import { ConnectError } from '../base/errors.ts'
import { hasBrand, structBrand } from './brand.ts'
import { javaClassOf, schemaTypeOf } from './java-type.ts'
import { logicalValueKind } from './logical-names.ts'
import { BoxedNumber } from './numbers.ts'
import type { Schema, SchemaType } from './schema.ts'
import type { Struct } from './struct.ts'
import type { ConnectValue } from './value.ts'

/** Where a value is, for messages; text is made of it only when something is wrong. */
type Place = string | { readonly role: string; readonly of: Place }

/**
 * Checks a value against a schema, deeply, without conversions: an INT64 is a bigint, nothing else.
 *
 * @param field Name of the field that holds the value, for the message.
 * @throws ConnectError DATA_INVALID that names what does not fit and where.
 */
export function validateValue(
  schema: Schema,
  value: ConnectValue,
  field: string | null = null,
): void {
  if (value === null) {
    if (schema.optional) return
    throw nullError(schema, placeOf(field))
  }
  if (typeof value !== 'object' && fits(schema, value)) return
  check(schema, value, placeOf(field))
}

function placeOf(field: string | null): Place {
  return field === null ? 'value' : `field: "${field}"`
}

function check(schema: Schema, value: ConnectValue, place: Place): void {
  if (value === null) {
    if (schema.optional) return
    throw nullError(schema, place)
  }
  if (!fits(schema, value)) throw mismatch(schema, value, place)
  const { type } = schema
  if (type === 'STRUCT') checkStruct(schema, value as Struct)
  else if (type === 'ARRAY') checkList(schema, value as readonly ConnectValue[], place)
  else if (type === 'MAP') checkMap(schema, value as ConnectMap, place)
}

function fits(schema: Schema, value: ConnectValue): boolean {
  const logical = logicalValueKind(schema.name)
  if (logical !== null) return logical(value)
  const { type } = schema
  if (type === 'STRING') return typeof value === 'string'
  // A plain number never stands for a 64-bit integer where there is a schema.
  if (type === 'INT64' && typeof value === 'number') return false
  if (type === 'MAP') return value instanceof Map
  return schemaTypeOf(value, type) === type && !(value instanceof BoxedNumber)
}

function checkStruct(schema: Schema, struct: Struct): void {
  if (!hasBrand(struct, structBrand)) return
  if (!struct.schema.equals(schema)) throw invalid('Struct schemas do not match.')
  struct.validate()
}

function checkList(schema: Schema, list: readonly ConnectValue[], place: Place): void {
  const elementPlace = { role: 'element of array', of: place }
  const elements = required(schema.valueSchema, elementPlace)
  for (const element of list) check(elements, element, elementPlace)
}

function checkMap(schema: Schema, map: ConnectMap, place: Place): void {
  const keyPlace = { role: 'key of map', of: place }
  const valuePlace = { role: 'value of map', of: place }
  const keys = required(schema.keySchema, keyPlace)
  const values = required(schema.valueSchema, valuePlace)
  for (const [key, value] of map) {
    check(keys, key, keyPlace)
    check(values, value, valuePlace)
  }
}

type ConnectMap = ReadonlyMap<ConnectValue, ConnectValue>

function required(schema: Schema | null, place: Place): Schema {
  if (schema === null) throw invalid(`No schema defined for ${placeText(place)}`)
  return schema
}

function placeText(place: Place): string {
  return typeof place === 'string' ? place : `${place.role} ${placeText(place.of)}`
}

function nullError(schema: Schema, place: Place): ConnectError {
  return invalid(
    `Invalid value: null used for required ${placeText(place)}, schema type: ${schema.type}`,
  )
}

function mismatch(schema: Schema, value: ConnectValue, place: Place): ConnectError {
  const name = schema.name === null ? '' : ` "${schema.name}"`
  const where = `schema${name} with type ${schema.type}`
  const wrong = wrongForm(schema.type, value)
  if (wrong !== null) return invalid(`Invalid value for ${where}: ${wrong} for ${placeText(place)}`)
  const javaClass = javaClassOf(value, schema.type)
  return invalid(`Invalid Java object for ${where}: class ${javaClass} for ${placeText(place)}`)
}

/** Values that the reference does not know: the right type in the form of schemaless data. */
function wrongForm(type: SchemaType, value: ConnectValue): string | null {
  if (schemaTypeOf(value, type) !== type) return null
  if (type === 'INT64' && typeof value === 'number') return 'a number, not a bigint,'
  if (value instanceof BoxedNumber) return 'a boxed number, not a plain one,'
  return type === 'MAP' ? 'an object, not a Map,' : null
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
