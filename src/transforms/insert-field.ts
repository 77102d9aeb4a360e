import {
  ConnectError,
  type ConnectRecord,
  defineConfig,
  INT32_SCHEMA,
  INT64_SCHEMA,
  Int32,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  OPTIONAL_TIMESTAMP_SCHEMA,
  type Schema,
  type SpecValues,
  STRING_SCHEMA,
  TIMESTAMP_SCHEMA,
  type Transformation,
} from '../sdk/index.ts'
import {
  extendedStruct,
  type Insertion,
  inserted,
  insertionTree,
  mapInsertion,
} from './field-insertion.ts'
import { hasNestedSyntax, unlistedFieldSyntaxVersion } from './field-syntax.ts'
import { fieldReader, replaceNullWithDefault } from './null-default.ts'
import { requireMap, requireSinkRecord, requireStruct } from './requirements.ts'
import { oncePerSchema, structLike } from './schema-update.ts'
import { defineTargeted, type Target } from './target.ts'

const PURPOSE = 'field insertion'

const insertFieldConfig = defineConfig({
  'topic.field': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Field for the topic. A ! behind the name makes the field required, a ? optional, which it is anyway.',
  },
  'partition.field': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Field for the number of the Kafka partition; ! and ? as for topic.field.',
  },
  'offset.field': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Field for the Kafka offset, only for sink connectors; ! and ? as for topic.field.',
  },
  'timestamp.field': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Field for the timestamp of the record; ! and ? as for topic.field.',
  },
  'static.field': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Field for a value that is the same in all records; ! and ? as for topic.field.',
  },
  'static.value': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Text of the static field.',
  },
  ...replaceNullWithDefault,
  ...unlistedFieldSyntaxVersion,
})

type InsertFieldConfig = SpecValues<typeof insertFieldConfig.keys>

/** Adds fields with what is known of the record, or with a fixed text. */
export const insertField = defineTargeted({
  name: 'InsertField',
  config: insertFieldConfig,
  create: createInsertField,
})

function createInsertField(config: InsertFieldConfig, target: Target): Transformation {
  const tree = insertionTree(insertionsOf(config), hasNestedSyntax(config))
  const readField = fieldReader(config)
  const insertIntoMap = mapInsertion(tree)
  const extended = oncePerSchema((schema) => extendedStruct(schema, tree, structLike(schema)))
  return (record) => {
    const value = target.valueOf(record)
    if (value === null) return record
    const schema = target.schemaOf(record)
    if (schema === null) {
      return target.with(record, null, insertIntoMap(requireMap(value, PURPOSE), record))
    }
    const struct = requireStruct(value, schema, PURPOSE)
    const extension = extended(struct.schema)
    return target.with(record, extension.schema, inserted(struct, extension, record, readField))
  }
}

/** @throws ConnectError CONFIG_INVALID when nothing is to be inserted. */
function insertionsOf(config: InsertFieldConfig): readonly Insertion[] {
  const staticValue = config['static.value']
  const offset = (record: ConnectRecord) => requireSinkRecord(record, PURPOSE).offset
  const insertions = [
    insertion(config['topic.field'], STRING_SCHEMA, OPTIONAL_STRING_SCHEMA, ({ topic }) => topic),
    insertion(
      config['partition.field'],
      INT32_SCHEMA,
      OPTIONAL_INT32_SCHEMA,
      ({ partition }) => partition ?? undefined,
      ({ partition }) => (partition === null ? undefined : new Int32(partition)),
    ),
    insertion(
      config['offset.field'],
      INT64_SCHEMA,
      OPTIONAL_INT64_SCHEMA,
      (record) => BigInt(offset(record)),
      offset,
    ),
    insertion(
      config['timestamp.field'],
      TIMESTAMP_SCHEMA,
      OPTIONAL_TIMESTAMP_SCHEMA,
      ({ timestamp }) => (timestamp === null ? undefined : new Date(timestamp)),
      ({ timestamp }) => timestamp ?? undefined,
    ),
    insertion(config['static.field'], STRING_SCHEMA, OPTIONAL_STRING_SCHEMA, () => staticValue),
  ].filter((each) => each !== null)
  if (insertions.length === 0) throw misconfigured('No field insertion configured')
  if (config['static.field'] !== null && staticValue === null) {
    throw misconfigured(
      'Invalid value null for configuration static.value: No value specified for static field: org.apache.kafka.connect.transforms.InsertField$InsertionSpec@00000000',
    )
  }
  return insertions
}

function insertion(
  spec: string | null,
  required: Schema,
  optional: Schema,
  value: Insertion['value'],
  schemaless: Insertion['schemaless'] = value,
): Insertion | null {
  if (spec === null) return null
  const isRequired = spec.endsWith('!')
  const name = isRequired || spec.endsWith('?') ? spec.slice(0, -1) : spec
  return { name, schema: isRequired ? required : optional, value, schemaless }
}

function misconfigured(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}
