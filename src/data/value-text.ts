import { ConnectError } from '../base/errors.ts'
import { isConnectObject, javaClassOf } from './java-type.ts'
import { isNumeric } from './numeric.ts'
import type { Schema } from './schema.ts'
import { Struct } from './struct.ts'
import { temporalText } from './temporal-text.ts'
import { textOf } from './text.ts'
import type { ConnectValue } from './value.ts'

/**
 * Text that `parseValueText` reads back: a string as it is, lists and maps much as in JSON, base64
 * for bytes, ISO 8601 for dates and times.
 *
 * @returns null for null.
 * @throws ConnectError DATA_INVALID for values of unknown classes.
 */
export function valueText(value: ConnectValue, schema: Schema | null): string | null {
  if (value === null || typeof value === 'string') return value
  return embeddedText(value, schema, '')
}

/** @param quote Around the text of bytes. */
function embeddedText(value: ConnectValue, schema: Schema | null, quote = '"'): string {
  if (typeof value === 'string') return quotedText(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (isNumeric(value)) return textOf(value, schema)
  if (value instanceof Uint8Array) return quote + Buffer.from(value).toString('base64') + quote
  if (value instanceof Date) return temporalText(value)
  return containerText(value, schema)
}

/** A string as an element of a list or map. */
export function quotedText(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

function containerText(value: object & ConnectValue, schema: Schema | null): string {
  if (Array.isArray(value)) {
    const elements = elementSchema(schema)
    return `[${value.map((element) => embeddedText(element, elements)).join(',')}]`
  }
  if (value instanceof Map || isConnectObject(value)) return mapText(value, schema)
  if (value instanceof Struct) return structText(value)
  const javaClass = javaClassOf(value)
  throw new ConnectError(
    `Failed to serialize unexpected value type ${javaClass}: ${textOf(value, schema)}`,
    { code: 'DATA_INVALID' },
  )
}

function mapText(value: object & ConnectValue, schema: Schema | null): string {
  const entries: Iterable<[ConnectValue, ConnectValue]> =
    value instanceof Map ? value : Object.entries(value)
  const keySchema = schema?.type === 'MAP' ? schema.keySchema : null
  const valueSchema = elementSchema(schema)
  const texts = Array.from(
    entries,
    ([key, each]) => `${embeddedText(key, keySchema)}:${embeddedText(each, valueSchema)}`,
  )
  return `{${texts.join(',')}}`
}

function structText(struct: Struct): string {
  const texts = struct.schema.fields.map(
    ({ name, schema }) => `${quotedText(name)}:${embeddedText(struct.get(name), schema)}`,
  )
  return `{${texts.join(',')}}`
}

function elementSchema(schema: Schema | null): Schema | null {
  return schema?.type === 'ARRAY' || schema?.type === 'MAP' ? schema.valueSchema : null
}
