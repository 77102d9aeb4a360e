import { javaDateText } from '../base/java-calendar.ts'
import { hasBrand, structBrand } from './brand.ts'
import { epochMsOf } from './date.ts'
import { isConnectObject, isPlainBytes, schemaTypeOf } from './java-type.ts'
import { doubleText, floatText } from './number-text.ts'
import { BoxedNumber } from './numbers.ts'
import type { Schema } from './schema.ts'
import type { ConnectValue } from './value.ts'

/**
 * The text that the reference makes of a value in messages, logs and StringConverter.
 *
 * @param schema Tells what a `number` inside stands for; null for a value without schema.
 */
export function textOf(value: ConnectValue, schema: Schema | null = null): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value, schema)
  if (typeof value === 'object' && value !== null) return objectText(value, schema)
  return String(value)
}

function numberText(value: number, schema: Schema | null): string {
  const type = schemaTypeOf(value, schema?.type)
  if (type === 'FLOAT64') return doubleText(value)
  return type === 'FLOAT32' ? floatText(value) : String(value)
}

function objectText(value: ConnectValue & object, schema: Schema | null): string {
  if (hasBrand(value, structBrand)) return value.toString()
  if (Array.isArray(value)) return listText(value, elementSchema(schema))
  if (value instanceof Map) return mapText([...value], schema)
  if (isConnectObject(value)) return mapText(Object.entries(value), null)
  if (isPlainBytes(value)) return bytesText(value)
  if (value instanceof Date) return javaDateText(epochMsOf(value))
  return value instanceof BoxedNumber ? boxedText(value) : String(value)
}

function boxedText(boxed: BoxedNumber): string {
  if (boxed.type === 'FLOAT64') return doubleText(boxed.value)
  return boxed.type === 'FLOAT32' ? floatText(boxed.value) : String(boxed.value)
}

function elementSchema(schema: Schema | null): Schema | null {
  return schema?.type === 'ARRAY' || schema?.type === 'MAP' ? schema.valueSchema : null
}

function listText(list: readonly ConnectValue[], schema: Schema | null): string {
  return `[${list.map((element) => textOf(element, schema)).join(', ')}]`
}

function mapText(entries: ReadonlyArray<[ConnectValue, ConnectValue]>, schema: Schema | null) {
  const keySchema = schema?.type === 'MAP' ? schema.keySchema : null
  const valueSchema = elementSchema(schema)
  const texts = entries.map(([k, v]) => `${textOf(k, keySchema)}=${textOf(v, valueSchema)}`)
  return `{${texts.join(', ')}}`
}

/** The reference prints an identity hash; this one comes from the content. */
function bytesText(bytes: Uint8Array): string {
  let hash = 17
  for (const byte of bytes) hash = (Math.imul(hash, 31) + byte) >>> 0
  return `[B@${hash.toString(16).padStart(8, '0')}`
}
