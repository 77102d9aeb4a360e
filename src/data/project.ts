import { ConnectError } from '../base/errors.ts'
import { BoxedNumber } from './numbers.ts'
import { isNumeric, type Numeric, toDouble, toInt, toLong } from './numeric.ts'
import { type Field, type Schema, type SchemaType, sameParameters } from './schema.ts'
import { Struct } from './struct.ts'
import type { ConnectValue } from './value.ts'

/** Each converts to those behind it. */
const promotable: readonly SchemaType[] = ['INT8', 'INT16', 'INT32', 'INT64', 'FLOAT32', 'FLOAT64']

/**
 * A value written with one schema as a value of another: numbers widen, fields that the target
 * lacks fall away, fields that the source lacks get their default.
 * @throws ConnectError SCHEMA_PROJECTOR when the schemas are not compatible.
 */
export function project(source: Schema, value: ConnectValue, target: Schema): ConnectValue {
  checkCompatible(source, target)
  if (source.optional && !target.optional) {
    if (target.defaultValue === null) {
      throw incompatible(
        'Writer schema is optional, however, target schema does not provide a default value.',
      )
    }
    if (value === null) return target.defaultValue
  }
  return value === null ? null : projectPresent(source, value, target)
}

function checkCompatible(source: Schema, target: Schema): void {
  if (source.type !== target.type && !isPromotable(source.type, target.type)) {
    throw incompatible(
      `Schema type mismatch. source type: ${source.type} and target type: ${target.type}`,
    )
  }
  if (source.name !== target.name) {
    throw incompatible(
      `Schema name mismatch. source name: ${source.name} and target name: ${target.name}`,
    )
  }
  if (!sameParameters(source.parameters, target.parameters)) {
    throw incompatible(
      `Schema parameters not equal. source parameters: ${parametersText(source)} and target parameters: ${parametersText(target)}`,
    )
  }
}

function isPromotable(from: SchemaType, to: SchemaType): boolean {
  const [rankFrom, rankTo] = [promotable.indexOf(from), promotable.indexOf(to)]
  return rankFrom !== -1 && rankFrom < rankTo
}

function parametersText({ parameters }: Schema): string {
  if (parameters === null) return 'null'
  return `{${Array.from(parameters, ([name, value]) => `${name}=${value}`).join(', ')}}`
}

function projectPresent(source: Schema, value: ConnectValue, target: Schema): ConnectValue {
  switch (target.type) {
    case 'STRUCT':
      return projectStruct(source, value, target)
    case 'ARRAY':
      return projectList(source, value, target)
    case 'MAP':
      return projectMap(source, value, target)
    default:
      return projectNumber(value, target.type)
  }
}

function projectStruct(source: Schema, value: ConnectValue, target: Schema): Struct {
  if (!(value instanceof Struct)) throw new TypeError(`no struct but ${value}`)
  const result = new Struct(target)
  for (const field of target.fields) {
    const sourceField = source.field(field.name)
    const { optional, defaultValue } = field.schema
    if (sourceField !== null) result.put(field, projectField(value, sourceField, field))
    else if (!optional && defaultValue !== null) result.put(field, defaultValue)
    else if (!optional) {
      throw incompatible(
        `Required field \`${field.name}\` is missing from source schema: ${source}`,
      )
    }
  }
  return result
}

function projectField(struct: Struct, source: Field, target: Field): ConnectValue {
  try {
    return project(source.schema, struct.get(source.name), target.schema)
  } catch (cause) {
    if (!(cause instanceof ConnectError) || cause.code !== 'SCHEMA_PROJECTOR') throw cause
    throw incompatible(`Error projecting ${source.name}`, cause)
  }
}

function projectList(source: Schema, value: ConnectValue, target: Schema): ConnectValue {
  if (!Array.isArray(value)) throw new TypeError(`no list but ${value}`)
  const [from, to] = [present(source.valueSchema), present(target.valueSchema)]
  return (value as readonly ConnectValue[]).map((element) => project(from, element, to))
}

function projectMap(source: Schema, value: ConnectValue, target: Schema): ConnectValue {
  if (!(value instanceof Map)) throw new TypeError(`no map but ${value}`)
  const [keyFrom, keyTo] = [present(source.keySchema), present(target.keySchema)]
  const [from, to] = [present(source.valueSchema), present(target.valueSchema)]
  return new Map(
    Array.from(value as ReadonlyMap<ConnectValue, ConnectValue>, ([key, each]) => [
      project(keyFrom, key, keyTo),
      project(from, each, to),
    ]),
  )
}

function present(schema: Schema | null): Schema {
  if (schema === null) throw new TypeError('a list or map without schema for its elements')
  return schema
}

/** Other values than numbers, such as strings and dates, stay as they are. */
function projectNumber(value: ConnectValue, type: SchemaType): ConnectValue {
  if (!isNumeric(value)) return value
  switch (type) {
    case 'INT64':
      return toLong(value)
    case 'FLOAT32':
      return Math.fround(toDouble(value))
    case 'FLOAT64':
      return toDouble(value)
    case 'INT8':
      return (intOf(value) << 24) >> 24
    case 'INT16':
      return (intOf(value) << 16) >> 16
    case 'INT32':
      return intOf(value)
    default:
      return value
  }
}

function intOf(value: Numeric): number {
  return toInt(value, value instanceof BoxedNumber ? value.type : null)
}

function incompatible(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, {
    code: 'SCHEMA_PROJECTOR',
    ...(cause !== undefined && { cause }),
  })
}
