import {
  ConnectError,
  type ConnectRecord,
  type ConnectValue,
  defineConfig,
  type Header,
  oneOf,
  type SpecValues,
  Struct,
  type Transformation,
  validator,
} from '../sdk/index.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema, structLike } from './schema-update.ts'
import { fieldOfMap, withoutFields } from './schemaless-map.ts'
import { defineTargeted, type Target } from './target.ts'

const nonEmptyList = validator('non-empty list', (key, value) => {
  if (Array.isArray(value) && value.length > 0) return
  throw new ConnectError(`Invalid value [] for configuration ${key}: Empty list`, {
    code: 'CONFIG_INVALID',
  })
})

const config = defineConfig({
  fields: {
    type: 'list',
    importance: 'high',
    validator: nonEmptyList,
    doc: 'Fields whose values become headers.',
  },
  headers: {
    type: 'list',
    importance: 'high',
    validator: nonEmptyList,
    doc: 'Names of the headers, in the order of the fields.',
  },
  operation: {
    type: 'string',
    importance: 'high',
    validator: oneOf('move', 'copy'),
    doc: 'Whether the fields go (move) or stay (copy).',
  },
  ...replaceNullWithDefault,
})

/** Copies or moves fields of the key or value to headers. */
export const headerFrom = defineTargeted({ name: 'HeaderFrom', config, create: createHeaderFrom })

interface Extract {
  readonly headers: readonly Header[]
  /** The key or value without fields that moved. */
  readonly value: ConnectValue
}

function createHeaderFrom(values: SpecValues<typeof config.keys>, target: Target): Transformation {
  const { fields: names, headers: headerNames } = values
  if (names.length !== headerNames.length) {
    throw new ConnectError(
      "'fields' config must have the same number of elements as 'headers' config.",
      { code: 'CONFIG_INVALID' },
    )
  }
  const isMove = values.operation === 'move'
  const purpose = `header ${values.operation}`
  const readField = fieldReader(values)
  const moved = new Set(names)
  const reduced = oncePerSchema((schema) => {
    const builder = structLike(schema)
    for (const field of schema.fields) {
      if (!moved.has(field.name)) builder.field(field.name, field.schema)
    }
    return builder.build()
  })

  function extract(struct: Struct): Extract {
    const value = isMove ? reduce(struct) : struct
    const headers = names.map((name, index) => {
      const field = struct.schema.field(name)
      if (field === null) throw unknownField(name)
      return {
        key: headerNames[index] ?? '',
        schema: field.schema,
        value: readField(struct, field),
      }
    })
    return { headers, value }
  }

  function reduce(struct: Struct): Struct {
    const result = new Struct(reduced(struct.schema))
    for (const field of result.schema.fields) {
      const original = struct.schema.field(field.name)
      if (original !== null) result.put(field, readField(struct, original))
    }
    return result
  }

  function extractSchemaless(value: ConnectValue): Extract {
    const map = requireMap(value, purpose)
    const headers = names.map((name, index) => {
      return { key: headerNames[index] ?? '', schema: null, value: fieldOfMap(map, name) ?? null }
    })
    return { headers, value: isMove ? withoutFields(map, moved) : map }
  }

  return <R extends ConnectRecord>(record: R): R => {
    const schema = target.schemaOf(record)
    const value = target.valueOf(record)
    const result =
      schema === null ? extractSchemaless(value) : extract(requireStruct(value, schema, purpose))
    const headers = result.headers.reduce(
      (all, { key, value, schema }) => all.add(key, value, schema),
      record.headers,
    )
    const resultSchema = schema !== null && isMove ? reduced(schema) : schema
    return target.with(record.with({ headers }), resultSchema, result.value)
  }
}

function unknownField(name: string): ConnectError {
  return new ConnectError(`Unknown field: ${name}`, { code: 'DATA_INVALID' })
}
