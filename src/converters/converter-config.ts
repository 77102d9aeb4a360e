import {
  type ConfigDefinition,
  type ConfigSpec,
  type Converter,
  type ConverterPlugin,
  connectVersion,
  defineConfig,
  defineConverter,
  defineHeaderConverter,
  extendConfig,
  type HeaderConverterPlugin,
  Headers,
  oneOf,
  type SpecValues,
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

/** A converter of keys and values that also converts headers, under the same name. */
export function defineBothConverters<S extends ConfigSpec>(
  javaClass: string,
  config: ConfigDefinition<S>,
  create: (config: SpecValues<S>) => Converter,
): readonly [ConverterPlugin<S>, HeaderConverterPlugin<S>] {
  const plugin = { class: javaClass, version: connectVersion, config }
  return [
    defineConverter({ ...plugin, create }),
    defineHeaderConverter({
      ...plugin,
      create(values) {
        const converter = create(values)
        return {
          fromConnectHeader: (topic, _key, schema, value) =>
            converter.fromConnectData(topic, Headers.empty, schema, value),
          toConnectHeader: (topic, _key, bytes) =>
            converter.toConnectData(topic, Headers.empty, bytes),
        }
      },
    }),
  ]
}
