import type { ConfigDefinition, ConfigSpec } from '../../config/definition.ts'
import type { ClassResolver } from '../../config/parse.ts'
import type { ConfigProps } from '../../config/props.ts'
import { validator } from '../../config/validators.ts'
import { connectorConfig, sinkConfig, sourceConfig } from '../../runtime/connector-config.ts'
import type { PluginEntry, PluginRegistry } from '../../runtime/plugins.ts'
import { parseVersionRange } from '../../runtime/version-range.ts'
import type { WorkerConfig } from '../../runtime/worker-config.ts'
import { classesOf, ensureUsable, entriesOf, resolveClass, versionsOf } from './plugin-classes.ts'
import { recommend } from './recommend.ts'
import { stageKeys } from './stages.ts'

export const converterRoles = {
  'key.converter': 'converter',
  'value.converter': 'converter',
  'header.converter': 'header_converter',
} as const

type ConverterKey = keyof typeof converterRoles

/** Converters of a worker: the defaults of connectors. */
export type WorkerConverters = Pick<WorkerConfig, ConverterKey | `${ConverterKey}.plugin.version`>

const converterKeys = Object.keys(converterRoles) as readonly ConverterKey[]

export function workerConverters(worker: WorkerConfig): WorkerConverters {
  const keys = converterKeys.flatMap((key) => [key, `${key}.plugin.version`] as const)
  return Object.fromEntries(keys.map((key) => [key, worker[key]])) as WorkerConverters
}

/** What the worker checks of a connector's properties, made for these very properties. */
export interface Framework {
  readonly definition: ConfigDefinition
  readonly classes: ClassResolver
}

/**
 * Settings of a source or sink with what this worker has: its converters as defaults, installed
 * classes and versions as recommendations, transformations and predicates with their settings.
 */
export async function frameworkOf(
  plugins: PluginRegistry,
  worker: WorkerConverters,
  connector: readonly PluginEntry[],
  props: ConfigProps,
): Promise<Framework> {
  const base = connector[0]?.kind === 'source' ? sourceConfig : sinkConfig
  const converters = converterKeys.map((key) => enrichedConverter(plugins, worker, key, props))
  const keys: ConfigSpec = {
    ...base.keys,
    ...connectorVersion(connector),
    ...Object.assign({}, ...converters),
    ...(await stageKeys(plugins, 'transforms', props)),
    ...(await stageKeys(plugins, 'predicates', props)),
  }
  const own = /^(?:(?:key|value|header)\.converter|(?:transforms|predicates)\..*\.type)$/
  return {
    definition: { keys },
    classes: (name, key) => (own.test(key) ? resolveClass(plugins, name) : name),
  }
}

/** Settings of any connector; for one whose version is not there. */
export function plainFramework(connector: readonly PluginEntry[]): ConfigDefinition {
  const versions = converterKeys.map((key) => {
    const name = `${key}.plugin.version` as const
    return { [name]: { ...connectorConfig.keys[name], recommender: recommend([], key) } }
  })
  return {
    keys: Object.assign({}, connectorConfig.keys, connectorVersion(connector), ...versions),
  }
}

/** The version's own setting, with the installed ones as recommendation. */
export function connectorVersion(connector: readonly PluginEntry[]): ConfigSpec {
  const versions = versionsOf(connector)
  return {
    'connector.plugin.version': {
      ...connectorConfig.keys['connector.plugin.version'],
      default: versions[0] ?? null,
      recommender: recommend(versions),
    },
  }
}

function enrichedConverter(
  plugins: PluginRegistry,
  worker: WorkerConverters,
  key: ConverterKey,
  props: ConfigProps,
): ConfigSpec {
  const role = converterRoles[key]
  const versionName = `${key}.plugin.version` as const
  const workerClass = resolveClass(plugins, worker[key]) ?? worker[key]
  const given = props[key]?.trim()
  const className = given === undefined ? workerClass : resolveClass(plugins, given)
  const entries = className === null ? [] : entriesOf(plugins, className, role)
  const versions = versionsOf(entries)
  return {
    [key]: {
      ...connectorConfig.keys[key],
      default: workerClass,
      validator: validator(`class of a ${role}`, (_key, value) => {
        if (given !== undefined && typeof value === 'string') {
          ensureUsable(plugins, value, role, readable(props[versionName] ?? null))
        }
      }),
      recommender: recommend(classesOf(plugins, role)),
    },
    [versionName]: {
      ...connectorConfig.keys[versionName],
      default: (given === undefined ? worker[versionName] : null) ?? versions[0] ?? null,
      validator: validator('a version that is installed', (_key, value) => {
        if (typeof value !== 'string') return
        parseVersionRange(value)
        if (given === undefined || className === null || entries.length === 0) return
        ensureUsable(plugins, className, role, value)
      }),
      recommender: recommend(versions, key),
    },
  }
}

/** What is wrong with a range is told of the version alone, not of the class as well. */
function readable(version: string | null): string | null {
  try {
    if (version !== null) parseVersionRange(version)
    return version
  } catch {
    return null
  }
}
