import {
  ConnectError,
  DATE_NAME,
  DECIMAL_NAME,
  type Schema,
  TIME_NAME,
  TIMESTAMP_NAME,
} from '../../sdk/index.ts'
import { ENUM_PARAMETER, GENERALIZED_ENUM, GENERALIZED_UNION, UNION_NAME } from './names.ts'

/** Messages of the logical types, and the files that they are in. */
export const logicalTypes: Readonly<Record<string, readonly [path: string, fullName: string]>> = {
  [DECIMAL_NAME]: ['confluent/type/decimal.proto', 'confluent.type.Decimal'],
  [DATE_NAME]: ['google/type/date.proto', 'google.type.Date'],
  [TIME_NAME]: ['google/type/timeofday.proto', 'google.type.TimeOfDay'],
  [TIMESTAMP_NAME]: ['google/protobuf/timestamp.proto', 'google.protobuf.Timestamp'],
}

export function isLogical(schema: Schema): boolean {
  return schema.name !== null && Object.hasOwn(logicalTypes, schema.name)
}

export function isUnion(schema: Schema): boolean {
  return (
    schema.type === 'STRUCT' &&
    (schema.name?.startsWith(UNION_NAME) === true ||
      schema.parameters?.has(GENERALIZED_UNION) === true)
  )
}

/** The parameter that lists the symbols of an enum; null for other schemas. */
export function enumParameter(schema: Schema, generalized: boolean): string | null {
  const { type, parameters } = schema
  if (parameters === null || (type !== 'STRING' && type !== 'INT32')) return null
  const parameter = generalized ? GENERALIZED_ENUM : ENUM_PARAMETER
  if (parameters.has(parameter)) return parameter
  return null
}

/** The symbols of an enum, as its parameters list them. */
export function symbolsOf(schema: Schema, parameter: string): { name: string; number: number }[] {
  const prefix = `${parameter}.`
  return [...(schema.parameters ?? [])].flatMap(([key, text]) => {
    if (!key.startsWith(prefix)) return []
    const number = Number(text)
    if (number !== (number | 0)) throw invalid(`Parameter ${key}=${text} is not a number`)
    return { name: key.slice(prefix.length), number }
  })
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
