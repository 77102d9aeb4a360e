import { ConnectError, messageOf } from '../../base/errors.ts'
import { type ConfigKey, type ConfigSpec, listedKeys } from '../../config/definition.ts'
import { embed } from '../../config/embed.ts'
import { parseValue } from '../../config/parse.ts'
import type { ConfigProps } from '../../config/props.ts'
import { invalidValue } from '../../config/text.ts'
import { validator } from '../../config/validators.ts'
import type { PluginRegistry } from '../../runtime/plugins.ts'
import {
  baseNames,
  classesOf,
  ensureUsable,
  entriesOf,
  resolveClass,
  versionsOf,
} from './plugin-classes.ts'
import { recommend } from './recommend.ts'

/** Settings that every transformation has; they hide its own of the same name. */
const predicateKeys = {
  predicate: {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Name of the predicate that decides which records are transformed; all when absent.',
  },
  negate: {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether the records are transformed for which the predicate does not hold.',
  },
} as const satisfies ConfigSpec

const stageKinds = {
  transforms: { role: 'transformation', group: 'Transforms', implicit: predicateKeys },
  predicates: { role: 'predicate', group: 'Predicates', implicit: {} },
} as const

/**
 * Settings of the transformations or predicates that a connector names, each with those of its
 * class, which has to be loaded for that.
 */
export async function stageKeys(
  plugins: PluginRegistry,
  listKey: keyof typeof stageKinds,
  props: ConfigProps,
): Promise<ConfigSpec> {
  const aliases = parseValue(listKey, props[listKey] ?? '', 'list') as readonly string[]
  const specs = [...new Set(aliases)].map((alias) => aliasKeys(plugins, listKey, alias, props))
  return Object.assign({}, ...(await Promise.all(specs)))
}

async function aliasKeys(
  plugins: PluginRegistry,
  listKey: keyof typeof stageKinds,
  alias: string,
  props: ConfigProps,
): Promise<ConfigSpec> {
  const { role, group, implicit } = stageKinds[listKey]
  const prefix = `${listKey}.${alias}.`
  const version = props[`${prefix}plugin.version`] ?? null
  const className = resolveClass(plugins, props[`${prefix}type`]?.trim() ?? '')
  const versions = className === null ? [] : versionsOf(entriesOf(plugins, className, role))
  const common = { importance: 'high', group: `${group}: ${alias}`, width: 'long' } as const
  const loaded = await load(plugins, role, className, version)
  const typeKey: ConfigKey = {
    ...common,
    type: 'class',
    validator: validator(`valid configs for ${alias} ${role}`, (key) => {
      if (listKey === 'transforms') ensurePredicateNamed(prefix, props)
      if (loaded.problem !== null) throw problemOf(key, className, role, loaded.problem)
    }),
    doc: `Class or alias of the ${role} ${alias}.`,
    order: 0,
    displayName: `${baseNames[role]} type for ${alias}`,
    recommender: recommend(classesOf(plugins, role)),
  }
  const versionKey: ConfigKey = {
    ...common,
    type: 'string',
    default: versions[0] ?? null,
    validator: validator('a version that is installed', (_key, value) => {
      if (versions.length > 0 && className !== null && typeof value === 'string') {
        ensureUsable(plugins, className, role, value)
      }
    }),
    doc: `Version range of the ${role} ${alias}; the newest when absent.`,
    order: 1,
    displayName: `${baseNames[role]} version for ${alias}`,
    recommender: recommend(versions),
  }
  return {
    [`${prefix}type`]: typeKey,
    [`${prefix}plugin.version`]: versionKey,
    ...(loaded.keys &&
      embed(prefix, common.group, 2, { ...listedKeys(loaded.keys, props, prefix), ...implicit })),
  }
}

function ensurePredicateNamed(prefix: string, props: ConfigProps): void {
  if (!Object.hasOwn(props, `${prefix}negate`)) return
  if (Object.hasOwn(props, `${prefix}predicate`)) return
  throw new ConnectError(
    `Config '${prefix}negate' was provided but there is no config '${prefix}predicate' defining a predicate to be negated.`,
    { code: 'CONFIG_INVALID' },
  )
}

interface Loaded {
  /** Settings of the class; null when it is missing or can't be used. */
  readonly keys: ConfigSpec | null
  readonly problem: unknown
}

async function load(
  plugins: PluginRegistry,
  role: 'transformation' | 'predicate',
  className: string | null,
  version: string | null,
): Promise<Loaded> {
  if (className === null) return { keys: null, problem: null }
  try {
    ensureUsable(plugins, className, role, version)
    return { keys: (await plugins.find(role, className, version)).config.keys, problem: null }
  } catch (problem) {
    return { keys: null, problem }
  }
}

function problemOf(
  key: string,
  className: string | null,
  role: 'transformation' | 'predicate',
  problem: unknown,
): ConnectError {
  if (problem instanceof ConnectError && problem.code === 'CONFIG_INVALID') return problem
  const detail = `Error getting config definition from ${baseNames[role]}: ${messageOf(problem)}`
  return invalidValue(key, className, detail)
}
