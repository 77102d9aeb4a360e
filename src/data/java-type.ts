import { bigIntegerBrand, decimalBrand, hasBrand, structBrand } from './brand.ts'
import { BoxedNumber } from './numbers.ts'
import type { SchemaType } from './schema.ts'
import type { ConnectObject, ConnectValue } from './value.ts'

const INT64_LIMIT = 2 ** 63

/**
 * The schema type that the reference finds for a value: by its class there, by this here.
 *
 * @param declared Type of the schema that the value comes with: tells what a `number` stands for.
 * @returns null for values that no type has without a schema, such as Decimal and Date.
 */
export function schemaTypeOf(
  value: ConnectValue,
  declared: SchemaType | null = null,
): SchemaType | null {
  switch (typeof value) {
    case 'string':
      return 'STRING'
    case 'number':
      return numberType(value, declared)
    case 'boolean':
      return 'BOOLEAN'
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? 'INT64' : null
    default:
      return value === null ? null : objectType(value)
  }
}

function numberType(value: number, declared: SchemaType | null): SchemaType {
  if (declared === 'FLOAT32' || declared === 'FLOAT64') return declared
  if (declared === 'INT8' && value === (value << 24) >> 24) return declared
  if (declared === 'INT16' && value === (value << 16) >> 16) return declared
  if (declared === 'INT32' && value === (value | 0)) return declared
  return Number.isInteger(value) && Math.abs(value) < INT64_LIMIT ? 'INT64' : 'FLOAT64'
}

function objectType(value: object): SchemaType | null {
  if (hasBrand(value, structBrand)) return 'STRUCT'
  if (isConnectObject(value) || value instanceof Map) return 'MAP'
  if (Array.isArray(value)) return 'ARRAY'
  if (value instanceof Uint8Array) return 'BYTES'
  return value instanceof BoxedNumber ? value.type : null
}

/** True for plain objects, which are what values without schema have for named fields. */
export function isConnectObject(value: unknown): value is ConnectObject {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const javaClasses: Readonly<Record<SchemaType, string>> = {
  INT8: 'java.lang.Byte',
  INT16: 'java.lang.Short',
  INT32: 'java.lang.Integer',
  INT64: 'java.lang.Long',
  FLOAT32: 'java.lang.Float',
  FLOAT64: 'java.lang.Double',
  BOOLEAN: 'java.lang.Boolean',
  STRING: 'java.lang.String',
  BYTES: '[B',
  ARRAY: 'java.util.ArrayList',
  MAP: 'java.util.LinkedHashMap',
  STRUCT: 'org.apache.kafka.connect.data.Struct',
}

/** Class name that messages of the reference show for such a value; `null` for null. */
export function javaClassOf(value: ConnectValue, declared: SchemaType | null = null): string {
  if (value === null) return 'null'
  const type = schemaTypeOf(value, declared)
  if (type === 'BYTES' && !isPlainBytes(value)) return value.constructor.name
  if (type !== null) return javaClasses[type]
  if (typeof value === 'bigint' || hasBrand(value, bigIntegerBrand)) return 'java.math.BigInteger'
  if (hasBrand(value, decimalBrand)) return 'java.math.BigDecimal'
  if (value instanceof Date) return 'java.util.Date'
  return value.constructor.name
}

/** False for subclasses of Uint8Array other than Buffer. */
export function isPlainBytes(value: unknown): value is Uint8Array {
  return Object.getPrototypeOf(value) === Uint8Array.prototype || value instanceof Buffer
}
