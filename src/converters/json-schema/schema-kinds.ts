import type { Schema } from '../../sdk/index.ts'
import { ENUM_PARAMETER, GENERALIZED_ENUM, GENERALIZED_UNION, ONE_OF_NAME } from './names.ts'

/** Whether a struct stands for one of several types. */
export function isUnion(schema: Schema): boolean {
  return (
    schema.type === 'STRUCT' &&
    (schema.name === ONE_OF_NAME || schema.parameters?.has(GENERALIZED_UNION) === true)
  )
}

/** Whether a map is a JSON object: its keys are texts, and none is null. */
export function isNamedMap({ keySchema }: Schema): boolean {
  return keySchema?.type === 'STRING' && !keySchema.optional
}

/** The symbols of an enum; null for other schemas. */
export function symbolsOf(schema: Schema, generalized: boolean): readonly string[] | null {
  const { type, parameters } = schema
  if (type !== 'STRING' || parameters === null) return null
  if (!parameters.has(GENERALIZED_ENUM) && !parameters.has(ENUM_PARAMETER)) return null
  const prefix = `${generalized ? GENERALIZED_ENUM : ENUM_PARAMETER}.`
  return [...parameters.keys()].flatMap((key) =>
    key.startsWith(prefix) ? key.slice(prefix.length) : [],
  )
}
