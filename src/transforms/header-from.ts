import {
  ConnectError,
  type ConnectRecord,
  type ConnectValue,
  defineConfig,
  type Header,
  oneOf,
  type SpecValues,
  type Struct,
  type Transformation,
  validator,
} from '../sdk/index.ts'
import { FieldPath } from './field-path.ts'
import { mapRemoval, withoutFieldsOf } from './field-removal.ts'
import { hasNestedSyntax, unlistedFieldSyntaxVersion } from './field-syntax.ts'
import { fieldTree } from './field-tree.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema } from './schema-update.ts'
import { updatedStruct } from './struct-update.ts'
import { defineTargeted, type Target } from './target.ts'

const nonEmptyList = validator('non-empty list', (key, value) => {
  if (Array.isArray(value) && value.length > 0) return
  throw new ConnectError(
    `Invalid value ${value === null ? null : '[]'} for configuration ${key}: Empty list`,
    {
      code: 'CONFIG_INVALID',
    },
  )
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
  ...unlistedFieldSyntaxVersion,
})

/** Copies or moves fields of the key or value to headers. */
export const headerFrom = defineTargeted({ name: 'HeaderFrom', config, create: createHeaderFrom })

interface Extract {
  readonly headers: readonly Header[]
  /** The key or value without fields that moved. */
  readonly value: ConnectValue
}

function createHeaderFrom(values: SpecValues<typeof config.keys>, target: Target): Transformation {
  const { fields: texts, headers: headerNames } = values
  if (texts.length !== headerNames.length) {
    throw new ConnectError(
      "'fields' config must have the same number of elements as 'headers' config.",
      { code: 'CONFIG_INVALID' },
    )
  }
  const isNested = hasNestedSyntax(values)
  const isMove = values.operation === 'move'
  const purpose = `header ${values.operation}`
  const readField = fieldReader(values)
  const parts = texts.map((text, index) => {
    return { key: headerNames[index] ?? '', text, path: new FieldPath(text, isNested) }
  })
  const moved = fieldTree(
    texts.map((text) => [text, null]),
    isNested,
  )
  const accessesIn = oncePerSchema((schema) =>
    parts.map(({ key, text, path }) => {
      const access = path.accessIn(schema, readField)
      if (access !== null) return { key, ...access }
      throw new ConnectError(`Unknown field: ${text}`, { code: 'DATA_INVALID' })
    }),
  )
  const removal = mapRemoval(moved)
  const reduction = oncePerSchema((schema) => withoutFieldsOf(schema, moved, readField))

  function extract(struct: Struct): Extract {
    const value = isMove ? updatedStruct(struct, reduction(struct.schema), readField) : struct
    const headers = accessesIn(struct.schema).map(({ key, field, read }) => {
      return { key, schema: field.schema, value: read(struct) }
    })
    return { headers, value }
  }

  function extractSchemaless(value: ConnectValue): Extract {
    const map = requireMap(value, purpose)
    const headers = parts.map(({ key, path }) => {
      return { key, schema: null, value: path.valueOfMap(map) }
    })
    return { headers, value: isMove ? removal(map) : map }
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
    const resultSchema = schema !== null && isMove ? reduction(schema).schema : schema
    return target.with(record.with({ headers }), resultSchema, result.value)
  }
}
