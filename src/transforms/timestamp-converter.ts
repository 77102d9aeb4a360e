import {
  ConnectError,
  type ConnectValue,
  DATE_NAME,
  defineConfig,
  type JavaDateFormat,
  javaClassOf,
  javaDateFormat,
  messageOf,
  oneOf,
  type Schema,
  schemalessForm,
  schemaTypeOf,
  TIME_NAME,
  TIMESTAMP_NAME,
} from '../sdk/index.ts'
import { hasNestedSyntax, unlistedFieldSyntaxVersion } from './field-syntax.ts'
import { fieldTree } from './field-tree.ts'
import { mapUpdate } from './map-update.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { oncePerSchema } from './schema-update.ts'
import { changesInPlace, nestedUpdate } from './struct-update.ts'
import { defineTargeted } from './target.ts'
import {
  type FormName,
  formNames,
  type Precision,
  precisions,
  timestampForms,
} from './timestamp-forms.ts'

const PURPOSE = 'converting timestamp formats'

/** Writes timestamps in another form: text, Unix time, Date, Time or Timestamp. */
export const timestampConverter = defineTargeted({
  name: 'TimestampConverter',
  config: defineConfig({
    field: {
      type: 'string',
      default: '',
      importance: 'high',
      doc: 'Field with the timestamp; the whole value when empty.',
    },
    'target.type': {
      type: 'string',
      importance: 'high',
      validator: oneOf(...formNames),
      doc: 'Form of the timestamp from then on: string, unix, Date, Time or Timestamp.',
    },
    format: {
      type: 'string',
      default: '',
      importance: 'medium',
      doc: 'Form of timestamps that are strings, read or written: a pattern of java.text.SimpleDateFormat, in UTC.',
    },
    'unix.precision': {
      type: 'string',
      default: 'milliseconds',
      importance: 'low',
      validator: oneOf(...precisions),
      doc: 'Unit of Unix time, read or written: seconds, milliseconds, microseconds or nanoseconds.',
    },
    ...replaceNullWithDefault,
    ...unlistedFieldSyntaxVersion,
  }),
  create(config, target) {
    const { field: name, format } = config
    const settings = {
      format: formatOf(format, config['target.type']),
      precision: config['unix.precision'] as Precision,
    }
    const form = timestampForms[config['target.type'] as FormName]
    const readField = fieldReader(config)

    function convert(value: ConnectValue, schema: Schema | null): ConnectValue {
      if (schema !== null) {
        const from = timestampForms[formOfSchema(schema)]
        return value === null ? null : form.write(from.read(value, schema, settings), settings)
      }
      if (value === null) return null
      const epochMs = timestampForms[formOfValue(value)].read(value, null, settings)
      return schemalessForm(form.write(epochMs, settings), form.schema)
    }

    const wholeSchema = (schema: Schema) => (schema.optional ? form.optionalSchema : form.schema)
    if (name === '') {
      return (record) => {
        const schema = target.schemaOf(record)
        const value = convert(target.valueOf(record), schema)
        return target.with(record, schema === null ? null : wholeSchema(schema), value)
      }
    }

    const tree = fieldTree([[name, null]], hasNestedSyntax(config))
    const change = { schema: wholeSchema, value: convert }
    const updateOf = oncePerSchema((schema) =>
      nestedUpdate(schema, changesInPlace(schema, tree, change, readField), readField),
    )
    const updateMap = mapUpdate(tree, (value) => convert(value, null))
    return (record) => {
      const schema = target.schemaOf(record)
      const value = target.valueOf(record)
      if (schema !== null) {
        if (value !== null) requireStruct(value, schema, PURPOSE)
        const update = updateOf(schema)
        return target.with(record, update.schema, update.value(value))
      }
      return value === null
        ? record
        : target.with(record, null, updateMap(requireMap(value, PURPOSE)))
    }
  },
})

function formatOf(pattern: string, targetType: string): JavaDateFormat | null {
  if (pattern.trim() === '') {
    if (targetType !== 'string') return null
    throw new ConnectError(
      'TimestampConverter requires format option to be specified when using string timestamps',
      { code: 'CONFIG_INVALID' },
    )
  }
  try {
    return javaDateFormat(pattern)
  } catch (cause) {
    throw new ConnectError(
      `Invalid value java.lang.IllegalArgumentException: ${messageOf(cause)} for configuration TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: ${pattern}`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
}

function formOfSchema(schema: Schema): FormName {
  if (schema.name === TIMESTAMP_NAME) return 'Timestamp'
  if (schema.name === DATE_NAME) return 'Date'
  if (schema.name === TIME_NAME) return 'Time'
  if (schema.type === 'STRING') return 'string'
  if (schema.type === 'INT64') return 'unix'
  throw new ConnectError(`Schema ${schema} does not correspond to a known timestamp type format`, {
    code: 'CONNECT_FAILED',
  })
}

function formOfValue(value: NonNullable<ConnectValue>): FormName {
  if (value instanceof Date) return 'Timestamp'
  if (schemaTypeOf(value) === 'INT64') return 'unix'
  if (typeof value === 'string') return 'string'
  throw new ConnectError(
    `TimestampConverter does not support class ${javaClassOf(value)} objects as timestamps`,
    { code: 'DATA_INVALID' },
  )
}
