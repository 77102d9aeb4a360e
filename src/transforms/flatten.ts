import {
  ConnectError,
  type ConnectValue,
  defineConfig,
  isConnectObject,
  javaClassOf,
  type Schema,
  type SchemaBuilder,
  Struct,
  schemaTypeOf,
} from '../sdk/index.ts'
import { requireMap, requireStruct, type SchemalessMap } from './requirements.ts'
import { builderLike, oncePerSchema, structLike } from './schema-update.ts'
import { type Entry, mapOf, requireName } from './schemaless-map.ts'
import { defineTargeted } from './target.ts'

const PURPOSE = 'flattening'

/** Makes one level of nested structs or objects, their names joined. */
export const flatten = defineTargeted({
  name: 'Flatten',
  config: defineConfig({
    delimiter: {
      type: 'string',
      default: '.',
      importance: 'medium',
      doc: 'Stands between the names that a new name is made of.',
    },
  }),
  create({ delimiter }, target) {
    const join: Join = (prefix, name) => (prefix === '' ? name : prefix + delimiter + name)
    const flattened = oncePerSchema((schema) => {
      const builder = structLike(schema)
      addFields(builder, schema, '', schema.optional, schema.defaultValue, join)
      return builder.build()
    })
    return (record) => {
      const value = target.valueOf(record)
      if (value === null) return record
      const schema = target.schemaOf(record)
      if (schema === null) {
        const entries: Entry[] = []
        copyEntries(requireMap(value, PURPOSE), '', entries, join)
        return target.with(record, null, mapOf(entries))
      }
      const struct = requireStruct(value, schema, PURPOSE)
      const result = new Struct(flattened(schema))
      copyFields(struct, '', result, join)
      return target.with(record, result.schema, result)
    }
  },
})

type Join = (prefix: string, name: string) => string

/** @param given What the parent's default has for these fields, if it has one. */
function addFields(
  builder: SchemaBuilder,
  struct: Schema,
  prefix: string,
  isOptional: boolean,
  given: ConnectValue,
  join: Join,
): void {
  for (const { name, schema } of struct.fields) {
    const fullName = join(prefix, name)
    const inherited = given instanceof Struct ? given.get(name) : null
    const defaultValue = schema.defaultValue ?? inherited
    const canBeNull = isOptional || schema.optional
    if (schema.type === 'STRUCT') {
      addFields(builder, schema, fullName, canBeNull, defaultValue, join)
    } else if (schema.type === 'MAP') {
      throw invalid(
        `Flatten transformation does not support MAP for record with schemas (for field ${fullName}).`,
      )
    } else {
      builder.field(fullName, fieldSchema(schema, canBeNull, defaultValue))
    }
  }
}

function fieldSchema(schema: Schema, isOptional: boolean, defaultValue: ConnectValue): Schema {
  const builder = builderLike(schema)
  if (isOptional) builder.optional()
  if (defaultValue !== null) builder.defaultValue(defaultValue)
  return builder.build()
}

function copyFields(struct: Struct, prefix: string, result: Struct, join: Join): void {
  for (const { name, index, schema } of struct.schema.fields) {
    const fullName = join(prefix, name)
    if (schema.type !== 'STRUCT') {
      result.put(fullName, struct.get(name))
      continue
    }
    const inner = struct.values[index]
    if (inner instanceof Struct) copyFields(inner, fullName, result, join)
  }
}

function copyEntries(map: SchemalessMap, prefix: string, result: Entry[], join: Join): void {
  for (const [key, value] of isConnectObject(map) ? Object.entries(map) : map) {
    const name = fullName(prefix, key, join)
    if (isConnectObject(value) || value instanceof Map) {
      if (name === null)
        throw invalid('Flatten transformation does not support maps under a null key.')
      copyEntries(value, name, result, join)
    } else {
      result.push([name, plain(value, name)])
    }
  }
}

/** A null key stays null at the top, further down it counts as text. */
function fullName(prefix: string, key: ConnectValue, join: Join): string | null {
  if (key !== null) return join(prefix, requireName(key))
  return prefix === '' ? null : join(prefix, 'null')
}

function plain(value: ConnectValue, name: string | null): ConnectValue {
  if (value === null) return null
  const type = schemaTypeOf(value)
  if (type !== null && type !== 'STRUCT') return value
  const javaClass = javaClassOf(value)
  throw invalid(
    type === null
      ? `Flatten transformation was passed a value of type class ${javaClass} which is not supported by Connect's data API`
      : `Flatten transformation does not support class ${javaClass} for record without schemas (for field ${name}).`,
  )
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
