import type {
  ConfigDefinition,
  ConfigSpec,
  ConnectRecord,
  ConnectValue,
  Schema,
  SpecValues,
  Transformation,
  TransformationPlugin,
} from '../sdk/index.ts'
import { connectVersion, defineTransformation } from '../sdk/index.ts'

/** The half of a record that a transformation works on. */
export interface Target {
  schemaOf(record: ConnectRecord): Schema | null
  valueOf(record: ConnectRecord): ConnectValue
  with<R extends ConnectRecord>(record: R, schema: Schema | null, value: ConnectValue): R
}

const keyTarget: Target = {
  schemaOf: (record) => record.keySchema,
  valueOf: (record) => record.key,
  with: (record, keySchema, key) => record.with({ keySchema, key }),
}

const valueTarget: Target = {
  schemaOf: (record) => record.valueSchema,
  valueOf: (record) => record.value,
  with: (record, valueSchema, value) => record.with({ valueSchema, value }),
}

interface TargetedTransformation<S extends ConfigSpec> {
  /** Simple name; the plug-ins are called `<name>$Key` and `<name>$Value`. */
  readonly name: string
  readonly config: ConfigDefinition<S>
  create(config: SpecValues<S>, target: Target): Transformation
}

const PACKAGE = 'org.apache.kafka.connect.transforms'

/** The two plug-ins of a transformation that works on either half of a record. */
export function defineTargeted<S extends ConfigSpec>(
  transformation: TargetedTransformation<S>,
): readonly [key: TransformationPlugin<S>, value: TransformationPlugin<S>] {
  const plugin = (suffix: string, target: Target) =>
    defineTransformation({
      class: `${PACKAGE}.${transformation.name}$${suffix}`,
      version: connectVersion,
      config: transformation.config,
      create: (config) => transformation.create(config, target),
    })
  return [plugin('Key', keyTarget), plugin('Value', valueTarget)]
}
