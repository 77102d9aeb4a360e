/**
 * What plug-ins are made of: everything that an author imports, and nothing of the worker.
 * `docs/guides/write-a-connector.md` shows it in use.
 */

export { type Clock, systemClock } from '../base/clock.ts'
// Errors, logs, time.
export {
  ConnectError,
  type ErrorCode,
  isRetriable,
  messageOf,
  RetriableError,
} from '../base/errors.ts'
export type { Logger } from '../base/logger.ts'
export { millraceVersion } from '../base/version.ts'
// Settings.
export {
  type ConfigDefinition,
  type ConfigKey,
  type ConfigSpec,
  type ConfigType,
  type ConfigValues,
  defineConfig,
  type Importance,
  type Recommender,
  type SpecValues,
  type Validator,
  type Width,
} from '../config/definition.ts'
export { parseConfig } from '../config/parse.ts'
export { Password } from '../config/password.ts'
export type { ConfigProps } from '../config/props.ts'
export type { ConfigReport, ConfigValue } from '../config/report.ts'
export {
  allOf,
  atLeast,
  between,
  distinctList,
  listOfAtMost,
  nonEmptyString,
  nonEmptyStringWithoutControlChars,
  nonNull,
  oneOf,
  oneOfIgnoreCase,
  validator,
} from '../config/validators.ts'
export { ByteWriter } from '../data/byte-writer.ts'
export { Decimal } from '../data/decimal.ts'
export { type Header, Headers } from '../data/headers.ts'
export { BoxedNumber, Float32, Float64, Int8, Int16, Int32 } from '../data/numbers.ts'
// Records and their data.
export {
  ConnectRecord,
  type RecordChanges,
  type RecordFields,
  SinkRecord,
  type SinkRecordFields,
  type SourceMap,
  type SourcePrimitive,
  SourceRecord,
  type SourceRecordFields,
  type TimestampType,
} from '../data/record.ts'
export {
  type Field,
  Schema,
  type SchemaAndValue,
  type SchemaParts,
  type SchemaType,
} from '../data/schema.ts'
export { Struct } from '../data/struct.ts'
export { textOf } from '../data/text.ts'
export type { ConnectObject, ConnectValue } from '../data/value.ts'
// Connectors and their tasks.
export {
  Connector,
  type ConnectorContext,
  SinkConnector,
  SourceConnector,
  type SourceConnectorContext,
} from './connector.ts'
export { ConnectorUtils } from './connector-utils.ts'
// Converters, transformations, predicates.
export type { Converter, HeaderConverter } from './converter.ts'
// A plug-in: what it is called, how it is configured, how it is made.
export {
  type ConverterPlugin,
  type ConverterUse,
  defineConverter,
  defineHeaderConverter,
  definePredicate,
  defineSinkConnector,
  defineSourceConnector,
  defineTransformation,
  type HeaderConverterPlugin,
  type Plugin,
  type PluginKind,
  type PredicatePlugin,
  type SinkConnectorPlugin,
  type SourceConnectorPlugin,
  type TransformationPlugin,
} from './plugin.ts'
export {
  type ErrantRecordReporter,
  type PartitionOffset,
  SinkTask,
  type SinkTaskContext,
  type TopicPartition,
} from './sink-task.ts'
export {
  type OffsetReader,
  type RecordMetadata,
  SourceTask,
  type SourceTaskContext,
} from './source-task.ts'
export type { Predicate, Transformation } from './transformation.ts'
