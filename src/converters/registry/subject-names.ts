import { type ConfigSpec, ConnectError, type ConverterUse, validator } from '../../sdk/index.ts'
import { onlyDefault } from './refused-key.ts'

const PACKAGE = 'io.confluent.kafka.serializers.subject.'
const strategies = ['TopicNameStrategy', 'RecordNameStrategy', 'TopicRecordNameStrategy'] as const
type Strategy = (typeof strategies)[number]

const knownStrategy = validator(`[${strategies.join(', ')}]`, (key, value) => {
  if (strategyOf(String(value)) !== null) return
  throw new ConnectError(
    `Invalid value ${value} for configuration ${key}: must be one of ${strategies.join(', ')} of ${PACKAGE.slice(0, -1)}`,
    { code: 'CONFIG_INVALID' },
  )
})

const strategyKey = {
  type: 'string',
  default: `${PACKAGE}TopicNameStrategy`,
  validator: knownStrategy,
  importance: 'medium',
  doc: 'Names the subject of a schema: TopicNameStrategy (topic-key or topic-value), RecordNameStrategy (the name of the record) or TopicRecordNameStrategy (both).',
} as const

export const subjectKeys = {
  'key.subject.name.strategy': strategyKey,
  'value.subject.name.strategy': strategyKey,
  'context.name.strategy': onlyDefault(
    'io.confluent.kafka.serializers.context.NullContextNameStrategy',
    'write the context into schema.registry.url (/contexts/NAME)',
  ),
  'subject.name.strategy.fallback.type': onlyDefault(null, 'associations are not looked up'),
} as const satisfies ConfigSpec

export interface SubjectNames {
  /** Whether a subject has the name of the record in it. */
  readonly needsRecord: boolean
  /**
   * @param record Full name of the record; null where the schema is no record.
   * @throws ConnectError DATA_INVALID where the strategy needs one.
   */
  of(topic: string, record: string | null): string
}

export function subjectNames(strategyClass: string, use: ConverterUse): SubjectNames {
  const strategy = strategyOf(strategyClass)
  const needsRecord = strategy !== 'TopicNameStrategy'
  return {
    needsRecord,
    of(topic, record) {
      if (!needsRecord) return `${topic}-${use}`
      if (record === null) throw noRecord(strategyClass, use)
      return strategy === 'RecordNameStrategy' ? record : `${topic}-${record}`
    },
  }
}

function strategyOf(className: string): Strategy | null {
  const name = className.startsWith(PACKAGE) ? className.slice(PACKAGE.length) : className
  return strategies.find((strategy) => strategy === name) ?? null
}

function noRecord(strategyClass: string, use: ConverterUse): ConnectError {
  return new ConnectError(
    `In configuration ${use}.subject.name.strategy = ${strategyClass}, the message ${use} must only be a record schema`,
    { code: 'DATA_INVALID' },
  )
}
