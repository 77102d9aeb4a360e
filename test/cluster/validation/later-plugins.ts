import { type ConfigSpec, defineConfig } from '../../../src/config/definition.ts'
import { allOf, nonEmptyString, validRegex } from '../../../src/config/validators.ts'
import type { PluginEntry } from '../../../src/runtime/plugins.ts'
import type { Plugin, PluginKind } from '../../../src/sdk/plugin.ts'

const required = { type: 'string', importance: 'high', doc: '' } as const

/** Settings of plug-ins of the reference that goldens name and Millrace does not have yet. */
const later: ReadonlyArray<[kind: PluginKind, name: string, keys: ConfigSpec]> = [
  ['transformation', 'transforms.Filter', {}],
  ['transformation', 'transforms.Cast$Key', { spec: required }],
  ['transformation', 'transforms.Cast$Value', { spec: required }],
  [
    'transformation',
    'transforms.RegexRouter',
    { regex: { ...required, validator: validRegex }, replacement: required },
  ],
  ['predicate', 'transforms.predicates.RecordIsTombstone', {}],
  [
    'predicate',
    'transforms.predicates.TopicNameMatches',
    {
      pattern: {
        ...required,
        importance: 'medium',
        validator: allOf(nonEmptyString, validRegex),
      },
    },
  ],
]

export const laterPlugins: readonly PluginEntry[] = later.map(([kind, name, keys]) => {
  const plugin = {
    kind,
    class: `org.apache.kafka.connect.${name}`,
    version: '1.2.3',
    config: defineConfig(keys),
  }
  return { ...plugin, location: 'classpath', load: async () => plugin as unknown as Plugin }
})
