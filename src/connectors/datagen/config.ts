import { readFileSync } from 'node:fs'
import {
  type ConfigValues,
  ConnectError,
  defineConfig,
  extendConfig,
  messageOf,
} from '../../sdk/index.ts'
import { type Generator, generatorOf } from './generator.ts'
import { quickstarts } from './quickstarts.ts'

/** Names and defaults are those of Confluent's connector. */
export const datagenConfig = defineConfig({
  'kafka.topic': {
    type: 'string',
    importance: 'high',
    doc: 'Topic that receives the records.',
  },
  'max.interval': {
    type: 'long',
    default: 500,
    importance: 'high',
    doc: 'Longest pause between two records in milliseconds; half of it on average. 0 for none.',
  },
  iterations: {
    type: 'int',
    default: -1,
    importance: 'high',
    doc: 'Records that each task makes. Below 1 there is no end.',
  },
  'schema.string': {
    type: 'string',
    default: '',
    importance: 'high',
    doc: 'Avro schema of the values, with arg.properties that say how they are made.',
  },
  'schema.filename': {
    type: 'string',
    default: '',
    importance: 'high',
    doc: 'File with such a schema.',
  },
  'schema.keyfield': {
    type: 'string',
    default: '',
    importance: 'high',
    doc: 'Field whose value is the key of the record as well.',
  },
  quickstart: {
    type: 'string',
    default: '',
    importance: 'high',
    doc: `A schema that is ready: ${Object.keys(quickstarts).join(', ')}.`,
  },
  'random.seed': {
    type: 'long',
    default: null,
    importance: 'low',
    doc: 'The same seed gives the same records. Drawn at the start of a task when absent.',
  },
})

/** Settings of a task: those of the connector and its number. */
export const datagenTaskConfig = extendConfig(datagenConfig, {
  'task.id': { type: 'int', default: 0, importance: 'low', doc: 'Number of the task.' },
})

export type DatagenConfig = ConfigValues<typeof datagenConfig>
export type DatagenTaskConfig = ConfigValues<typeof datagenTaskConfig>

const schemaKeys = ['schema.string', 'schema.filename', 'quickstart'] as const

export interface RecordGenerator extends Generator {
  /** null when records have no key. */
  readonly keyField: string | null
}

/** @throws ConnectError CONFIG_INVALID that names the setting. */
export function recordGeneratorOf(config: DatagenConfig): RecordGenerator {
  const given = schemaKeys.filter((key) => config[key] !== '')
  const [key] = given
  if (key === undefined || given.length > 1) {
    throw invalid(`exactly one of ${schemaKeys.join(', ')} must be set`)
  }
  const { schema, keyField } = schemaFrom(key, config)
  const generator = generatorOf(schema)
  if (generator.schema.type !== 'STRUCT') throw invalid(`${key}: the schema must be a record`)
  if (keyField !== null && generator.schema.field(keyField) === null) {
    throw invalid(`schema.keyfield: the schema has no field ${keyField}`)
  }
  return { ...generator, keyField }
}

function schemaFrom(
  key: (typeof schemaKeys)[number],
  config: DatagenConfig,
): { readonly schema: unknown; readonly keyField: string | null } {
  const keyField = config['schema.keyfield'] || null
  if (key !== 'quickstart') {
    const text = key === 'schema.string' ? config[key] : readSchema(config[key])
    return { schema: parsed(text, key), keyField }
  }
  const quickstart = quickstarts[config.quickstart.toLowerCase()]
  if (quickstart === undefined) {
    throw invalid(
      `quickstart: there is no ${config.quickstart}, only ${Object.keys(quickstarts).join(', ')}`,
    )
  }
  return { schema: quickstart.schema, keyField: keyField ?? quickstart.keyField }
}

function readSchema(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw invalid(`schema.filename: ${messageOf(cause)}`, cause)
  }
}

function parsed(text: string, key: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(`${key}: the schema is no JSON, ${messageOf(cause)}`, cause)
  }
}

function invalid(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID', cause })
}
