import {
  ConnectError,
  type ConnectValue,
  defineConfig,
  Schema,
  SchemaBuilder,
  type SpecValues,
  schemalessForm,
  type Transformation,
  validator,
} from '../sdk/index.ts'
import { type CastType, castTypes, castValue } from './cast-value.ts'
import { hasNestedSyntax, unlistedFieldSyntaxVersion } from './field-syntax.ts'
import { fieldTree } from './field-tree.ts'
import { mapUpdate } from './map-update.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema, withBasics } from './schema-update.ts'
import { changesInPlace, type FieldChange, updatedStruct } from './struct-update.ts'
import { defineTargeted, type Target } from './target.ts'

const PURPOSE = 'cast types'

const config = defineConfig({
  spec: {
    type: 'list',
    importance: 'high',
    validator: validator(
      'pairs of field and type with a colon between, or one type',
      (_, value) => {
        parseSpec((value ?? []) as readonly string[])
      },
    ),
    doc: 'field:type,field:type to cast fields, or one type to cast the whole value. Types are int8, int16, int32, int64, float32, float64, boolean and string; bytes only cast to string.',
  },
  ...replaceNullWithDefault,
  ...unlistedFieldSyntaxVersion,
})

/** Changes the types of fields, or of the whole key or value. */
export const cast = defineTargeted({
  name: 'Cast',
  config,
  create(values, target) {
    const spec = parseSpec(values.spec)
    return typeof spec === 'string' ? castWhole(spec, target) : castFields(spec, values, target)
  },
})

type FieldTypes = ReadonlyMap<string, CastType>

/** The type of the whole value, or types by field. */
function parseSpec(items: readonly string[]): CastType | FieldTypes {
  if (items.length === 0) throw misconfigured('Must specify at least one field to cast.')
  const fields = new Map<string, CastType>()
  let whole: CastType | null = null
  for (const item of items) {
    const parts = item.replace(/:+$/, '').split(':')
    if (parts.length > 2) {
      throw misconfigured(
        `Invalid value [${items.join(', ')}] for configuration renames: Invalid rename mapping: ${item}`,
      )
    }
    const type = typeOf(parts.at(-1) ?? '')
    if (parts.length === 1) whole = type
    else fields.set(trimmed(parts[0] ?? ''), type)
  }
  if (whole === null) return fields
  if (items.length === 1) return whole
  throw misconfigured(
    'Cast transformations that specify a type to cast the entire value to may only specify a single cast in their spec',
  )
}

function typeOf(text: string): CastType {
  const type = trimmed(text).toUpperCase()
  if (castTypes.includes(type)) return type as CastType
  if (['BYTES', 'ARRAY', 'MAP', 'STRUCT'].includes(type)) {
    throw misconfigured(
      `Cast transformation does not support casting to ${type}; supported types are [${castTypes.join(', ')}]`,
    )
  }
  throw misconfigured(
    `Invalid value java.lang.IllegalArgumentException: No enum constant org.apache.kafka.connect.data.Schema.Type.${type} for configuration Invalid type found in casting spec: ${trimmed(text)}`,
  )
}

/** As Java trims: no blanks beyond ASCII. */
function trimmed(text: string): string {
  return text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '')
}

function castWhole(type: CastType, target: Target): Transformation {
  const typeSchema = new Schema({ type })
  const castSchema = oncePerSchema((schema) => {
    const builder = withBasics(SchemaBuilder.type(type), schema)
    return withCastDefault(builder, schema, type)
  })
  return (record) => {
    const value = target.valueOf(record)
    if (value === null) return record
    const schema = target.schemaOf(record)
    const updated = schema === null ? null : castSchema(schema)
    const result = castValue(schema, value, type)
    return target.with(
      record,
      updated,
      schema === null ? schemalessForm(result, typeSchema) : result,
    )
  }
}

function withCastDefault(builder: SchemaBuilder, schema: Schema, type: CastType): Schema {
  if (schema.optional) builder.optional()
  if (schema.defaultValue !== null) {
    builder.defaultValue(castValue(schema, schema.defaultValue, type))
  }
  return builder.build()
}

function castFields(
  types: FieldTypes,
  values: SpecValues<typeof config.keys>,
  target: Target,
): Transformation {
  const readField = fieldReader(values)
  const tree = fieldTree(types, hasNestedSyntax(values))
  const typeSchemas = new Map(
    castTypes.map((type) => [type, new Schema({ type: type as CastType })]),
  )
  const change: FieldChange<CastType> = {
    schema: (schema, type) => withCastDefault(SchemaBuilder.type(type), schema, type),
    value: (value, schema, type) => castValue(schema, value, type),
  }
  const updateOf = oncePerSchema((schema) => {
    const update = changesInPlace(schema, tree, change, readField)
    // A default struct has to be cast as a whole, which the reference refuses.
    if (schema.defaultValue !== null) castValue(schema, schema.defaultValue, 'STRING')
    return update
  })
  const updateMap = mapUpdate(tree, (value, type) => {
    if (isOfType(value, type)) return value
    if (type === 'STRING' && typeof value === 'boolean') return value ? 'true' : 'false'
    return schemalessForm(castValue(null, value, type), typeSchemas.get(type) ?? null)
  })
  return (record) => {
    const value = target.valueOf(record)
    if (value === null) return record
    const schema = target.schemaOf(record)
    if (schema === null) return target.with(record, null, updateMap(requireMap(value, PURPOSE)))
    const update = updateOf(schema)
    const result = updatedStruct(requireStruct(value, schema, PURPOSE), update, readField)
    return target.with(record, update.schema, result)
  }
}

/** For the most common types; a safe integer without schema stands for one of 64 bits. */
function isOfType(value: ConnectValue, type: CastType): boolean {
  if (type === 'INT64') return Number.isSafeInteger(value)
  return type === 'STRING' && typeof value === 'string'
}

function misconfigured(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}
