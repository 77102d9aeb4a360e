import { ConnectError, type Schema, SchemaBuilder, type SchemaType } from '../sdk/index.ts'
import { fieldOf, intOf, isIntegral, isObject, type JsonNode } from './json-node.ts'
import type { JsonReaders } from './json-read.ts'

const primitiveTypes: ReadonlyMap<string, SchemaType> = new Map([
  ['boolean', 'BOOLEAN'],
  ['int8', 'INT8'],
  ['int16', 'INT16'],
  ['int32', 'INT32'],
  ['int64', 'INT64'],
  ['float', 'FLOAT32'],
  ['double', 'FLOAT64'],
  ['bytes', 'BYTES'],
  ['string', 'STRING'],
])

/** The schema that an envelope carries; null for JSON's null. */
export function schemaOfJson(node: JsonNode, readers: JsonReaders): Schema | null {
  return node === null ? null : readSchema(node, readers)
}

function readSchema(node: JsonNode, readers: JsonReaders): Schema {
  const builder = builderOf(node, readers)
  if (fieldOf(node, 'optional') === true) builder.optional()
  const name = fieldOf(node, 'name')
  if (typeof name === 'string') builder.name(name)
  const version = fieldOf(node, 'version')
  if (version !== undefined && isIntegral(version)) builder.version(intOf(version))
  const doc = fieldOf(node, 'doc')
  if (typeof doc === 'string') builder.doc(doc)
  readParameters(builder, fieldOf(node, 'parameters'))
  const defaultNode = fieldOf(node, 'default')
  if (defaultNode !== undefined) setDefault(builder, defaultNode, readers)
  return builder.build()
}

function builderOf(node: JsonNode, readers: JsonReaders): SchemaBuilder {
  const type = fieldOf(node, 'type')
  if (typeof type !== 'string') throw invalid("Schema must contain 'type' field")
  const part = (key: string, what: string): NonNullable<JsonNode> => {
    const partNode = fieldOf(node, key) ?? null
    if (partNode !== null) return partNode
    throw invalid(`${what} schema did not specify the ${partNames[key]} type`)
  }
  switch (type) {
    case 'array':
      return SchemaBuilder.array(readSchema(part('items', 'Array'), readers))
    case 'map': {
      const [keys, values] = [part('keys', 'Map'), part('values', 'Map')]
      return SchemaBuilder.map(readSchema(keys, readers), readSchema(values, readers))
    }
    case 'struct':
      return structBuilder(fieldOf(node, 'fields'), readers)
    default: {
      const primitive = primitiveTypes.get(type)
      if (primitive === undefined) throw invalid(`Unknown schema type: ${type}`)
      return SchemaBuilder.type(primitive)
    }
  }
}

const partNames: Readonly<Record<string, string>> = {
  items: 'element',
  keys: 'key',
  values: 'value',
}

function structBuilder(fields: JsonNode | undefined, readers: JsonReaders): SchemaBuilder {
  if (!Array.isArray(fields)) throw invalid('Struct schema\'s "fields" argument is not an array.')
  const builder = SchemaBuilder.struct()
  for (const field of fields as readonly JsonNode[]) {
    const name = fieldOf(field, 'field')
    if (typeof name !== 'string') throw invalid("Struct schema's field name not specified properly")
    builder.field(name, readSchema(field, readers))
  }
  return builder
}

function readParameters(builder: SchemaBuilder, node: JsonNode | undefined): void {
  if (node === undefined || !isObject(node)) return
  for (const [name, value] of Object.entries(node)) {
    if (typeof value !== 'string') throw invalid('Schema parameters must have string values.')
    builder.parameter(name, value)
  }
}

function setDefault(builder: SchemaBuilder, node: JsonNode, readers: JsonReaders): void {
  const schema = builder.build()
  const value = readers.of(schema)(node)
  if (value !== null && schema.type === 'STRUCT') throw structDefault()
  builder.defaultValue(value)
}

/** The reference finds no struct equal to the schema that it is still building. */
function structDefault(): ConnectError {
  return new ConnectError('Invalid default value', {
    code: 'SCHEMA_BUILDER',
    cause: invalid('Struct schemas do not match.'),
  })
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
