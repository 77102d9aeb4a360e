import { DATE_NAME, type Schema, TIME_NAME, TIMESTAMP_NAME } from '../../sdk/index.ts'
import type { AvroOptions } from './avro-config.ts'
import { defaultJson } from './avro-default-write.ts'
import type { AvroJsonObject } from './avro-json.ts'
import { decimalFormOf } from './avro-kinds.ts'
import { avroNames, avroProps } from './avro-names.ts'
import type { AvroProps } from './avro-schema.ts'

const shortTypes: ReadonlyMap<string, string> = new Map([
  ['INT8', 'int8'],
  ['INT16', 'int16'],
])

const logicalTypes: ReadonlyMap<string, string> = new Map([
  [DATE_NAME, 'date'],
  [TIME_NAME, 'time-millis'],
  [TIMESTAMP_NAME, 'timestamp-millis'],
])

/** Adds what only Connect knows of a schema, and its logical type. */
export function describeSchema(schema: Schema, props: AvroProps, options: AvroOptions): void {
  if (options.connectMetaData) addMetaData(schema, props, options)
  if (decimalFormOf(schema) !== null) props.set(avroProps.logicalType, 'decimal')
  const logicalType = logicalTypes.get(schema.name ?? '')
  if (logicalType !== undefined) props.set(avroProps.logicalType, logicalType)
  for (const [key, value] of schema.parameters ?? []) {
    if (key.startsWith(avroProps.prefix)) props.set(key, value)
  }
}

function addMetaData(schema: Schema, props: AvroProps, options: AvroOptions): void {
  const { type, doc, version, parameters, defaultValue, name } = schema
  if (doc !== null) props.set(avroProps.doc, doc)
  if (version !== null) props.set(avroProps.version, version)
  describeParameters(parameters, props, options)
  const isFieldDefault =
    !options.discardTypeDocDefault && parameters?.has(avroNames.fieldDefaultFlag) === true
  if (defaultValue !== null && !isFieldDefault) {
    props.set(avroProps.defaultValue, defaultJson(schema, defaultValue, options, false))
  }
  if (name !== null) props.set(avroProps.name, name)
  const shortType = shortTypes.get(type)
  if (shortType !== undefined) props.set(avroProps.type, shortType)
}

export function describeParameters(
  parameters: ReadonlyMap<string, string> | null,
  props: AvroProps,
  { discardTypeDocDefault }: AvroOptions,
): void {
  const entries = [...(parameters ?? [])].filter(
    ([key]) => discardTypeDocDefault || key !== avroNames.fieldDefaultFlag,
  )
  const json: AvroJsonObject = Object.fromEntries(entries)
  if (entries.length > 0) props.set(avroProps.parameters, json)
}
