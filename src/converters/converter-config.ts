import {
  type ConfigDefinition,
  type ConfigSpec,
  type Converter,
  defineConfig,
  extendConfig,
  type HeaderConverter,
  Headers,
  oneOf,
} from '../sdk/index.ts'

const commonConfig = defineConfig({
  'converter.type': {
    type: 'string',
    importance: 'low',
    validator: oneOf('key', 'value', 'header'),
    doc: 'What the converter is for: key, value or header. Set by the worker.',
  },
})

export type ConverterConfig<S extends ConfigSpec> = ConfigDefinition<typeof commonConfig.keys & S>

/** The settings of a converter, behind those that all converters have. */
export function defineConverterConfig<const S extends ConfigSpec>(keys: S): ConverterConfig<S> {
  return extendConfig(commonConfig, keys)
}

/** Headers converted as values are. */
export function asHeaderConverter(converter: Converter): HeaderConverter {
  return {
    fromConnectHeader: (topic, _key, schema, value) =>
      converter.fromConnectData(topic, Headers.empty, schema, value),
    toConnectHeader: (topic, _key, bytes) => converter.toConnectData(topic, Headers.empty, bytes),
  }
}
