/**
 * What plug-ins are made of: everything that an author imports, and nothing of the worker.
 * `docs/guides/write-a-connector.md` shows it in use.
 */

// A plug-in: what it is called, how it is configured, how it is made

export {
  type ConfigProviderPlugin,
  type ConverterPlugin,
  type ConverterUse,
  defineConfigProvider,
  defineConverter,
  defineHeaderConverter,
  defineOverridePolicy,
  definePredicate,
  defineRestExtension,
  defineSinkConnector,
  defineSourceConnector,
  defineTransformation,
  type HeaderConverterPlugin,
  type OverridePolicyPlugin,
  type Plugin,
  type PluginKind,
  type PredicatePlugin,
  type RestExtensionPlugin,
  type SinkConnectorPlugin,
  type SourceConnectorPlugin,
  type TransformationPlugin,
} from './plugin.ts'

// Connectors and their tasks

export {
  Connector,
  type ConnectorContext,
  SinkConnector,
  SourceConnector,
  type SourceConnectorContext,
} from './connector.ts'
export { ConnectorUtils } from './connector-utils.ts'
export {
  type MetricOptions,
  noPluginMetrics,
  type PluginCounter,
  type PluginMeasure,
  type PluginMetric,
  type PluginMetrics,
} from './plugin-metrics.ts'
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
  type TransactionContext,
} from './source-task.ts'

// Converters, transformations, predicates

export type { Converter, HeaderConverter } from './converter.ts'
export { NotReady, whenReady } from './not-ready.ts'
export type { Predicate, Transformation } from './transformation.ts'

// Sources of values for settings; rules for client settings; extensions of the REST API

export type { ConfigProvider, ProvidedValues } from '../config/variables.ts'
export type { OverridePolicy, OverrideRequest } from './override-policy.ts'
export type {
  ClusterState,
  RestExtension,
  RestExtensionAnswer,
  RestExtensionRequest,
  RestExtensionRoute,
} from './rest-extension.ts'

// Settings

export {
  type ConfigDefinition,
  type ConfigKey,
  type ConfigSpec,
  type ConfigType,
  type ConfigValues,
  defineConfig,
  extendConfig,
  type Importance,
  type Recommender,
  type SpecValues,
  type Validator,
  type Width,
} from '../config/definition.ts'
export { parseJaas, parseJaasFile } from '../config/jaas.ts'
export { parseConfig } from '../config/parse.ts'
export { Password } from '../config/password.ts'
export { parseProperties } from '../config/properties-file.ts'
export type { ConfigProps } from '../config/props.ts'
export { type ConfigReport, type ConfigValue, withError } from '../config/report.ts'
export { readTls } from '../config/tls.ts'
export { type TlsConfig, tlsKeys } from '../config/tls-keys.ts'
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
  orNull,
  validator,
  validRegex,
} from '../config/validators.ts'

// Records and their data

export { ByteWriter } from '../data/byte-writer.ts'
export { dateOf, epochMsOf } from '../data/date.ts'
export { Decimal } from '../data/decimal.ts'
export { type Header, Headers } from '../data/headers.ts'
export {
  DATE_SCHEMA,
  dateBuilder,
  decimalBuilder,
  decodeDate,
  decodeDecimal,
  decodeTime,
  decodeTimestamp,
  encodeDate,
  encodeDecimal,
  encodeTime,
  encodeTimestamp,
  OPTIONAL_TIMESTAMP_SCHEMA,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
  timeBuilder,
  timestampBuilder,
} from '../data/logical.ts'
export { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from '../data/logical-names.ts'
export {
  BigInteger,
  BoxedNumber,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  schemalessDouble,
  schemalessLong,
} from '../data/numbers.ts'
export { isNumeric, type Numeric, toDouble, toInt, toLong } from '../data/numeric.ts'
export { project } from '../data/project.ts'
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
export { schemalessForm } from '../data/retype.ts'
export {
  type Field,
  Schema,
  type SchemaAndValue,
  type SchemaParts,
  type SchemaType,
} from '../data/schema.ts'
export { SchemaBuilder } from '../data/schema-builder.ts'
export {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_BOOLEAN_SCHEMA,
  OPTIONAL_BYTES_SCHEMA,
  OPTIONAL_FLOAT32_SCHEMA,
  OPTIONAL_FLOAT64_SCHEMA,
  OPTIONAL_INT8_SCHEMA,
  OPTIONAL_INT16_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../data/schemas.ts'
export { Struct } from '../data/struct.ts'
export { temporalText } from '../data/temporal-text.ts'
export type { ConnectObject, ConnectValue } from '../data/value.ts'
export {
  convertToBoolean,
  convertToDate,
  convertToDecimal,
  convertToFloat32,
  convertToFloat64,
  convertToInt8,
  convertToInt16,
  convertToInt32,
  convertToInt64,
  convertToList,
  convertToMap,
  convertToStruct,
  convertToTime,
  convertToTimestamp,
} from '../data/value-convert.ts'
export { inferSchema } from '../data/value-infer.ts'
export { parseValueText } from '../data/value-parse.ts'
export { quotedText, valueText } from '../data/value-text.ts'

// What the reference calls a value in texts and messages

export { isConnectObject, javaClassOf, schemaTypeOf } from '../data/java-type.ts'
export { doubleText, floatText } from '../data/number-text.ts'
export { textOf } from '../data/text.ts'
export { decodeUtf8, wellFormed } from '../data/utf8.ts'
export { validateValue } from '../data/validate.ts'

// Formats of Java that users type

export { type JavaDateFormat, javaDateFormat } from '../base/java-date-format.ts'
export { copiedHashOrder, hashOrder } from '../base/java-hash-order.ts'
export { parseJavaDouble, parseJavaInteger } from '../base/java-numbers.ts'
export { javaPattern, javaWholePattern } from '../base/java-pattern.ts'
export { javaReplacement } from '../base/java-replacement.ts'
export { javaRegex } from './java-regex.ts'

// Errors, logs, time

export { backoffMs } from '../base/backoff.ts'
export { type Clock, systemClock } from '../base/clock.ts'
export {
  ConnectError,
  type ErrorCode,
  isRetriable,
  messageOf,
  RetriableError,
} from '../base/errors.ts'
export type { Logger } from '../base/logger.ts'
export { connectVersion, millraceVersion } from '../base/version.ts'
