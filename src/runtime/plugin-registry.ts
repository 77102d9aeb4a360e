import { ConnectError } from '../base/errors.ts'
import type { PluginKind } from '../sdk/plugin.ts'
import type { PluginEntry, PluginOf, PluginRegistry, PluginRole } from './plugins.ts'
import { compareVersions, parseVersionRange } from './version-range.ts'

/** Kinds in the order of `GET /connector-plugins`, with the suffix that a short alias leaves out. */
const suffixes: Readonly<Record<PluginKind, string>> = {
  sink: 'Connector',
  source: 'Connector',
  transformation: 'Transformation',
  predicate: 'Predicate',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  rest_extension: 'ConnectRestExtension',
  configprovider: 'ConfigProvider',
  connector_client_config_override_policy: 'ConnectorClientConfigOverridePolicy',
}
const kinds = Object.keys(suffixes)

/** The worker's own plug-ins, which no connector names. */
const unlisted: readonly PluginKind[] = [
  'rest_extension',
  'configprovider',
  'connector_client_config_override_policy',
]

/** Makes the registry of a worker from its built-in plug-ins and those of `plugin.path`. */
export function createPluginRegistry(plugins: readonly PluginEntry[]): PluginRegistry {
  const listed = [...plugins].sort(
    (a, b) =>
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
      byText(a.class, b.class) ||
      compareVersions(a.version, b.version),
  )
  const newestFirst = [...listed].sort((a, b) => compareVersions(b.version, a.version))
  const byClass = Map.groupBy(newestFirst, (entry) => entry.class)
  const aliases = aliasesOf(listed)

  const entries = (name: string): readonly PluginEntry[] => {
    const known = byClass.get(name)
    if (known !== undefined) return known
    const [only, ...others] = aliases.get(name) ?? []
    return only === undefined || others.length > 0 ? [] : (byClass.get(only) ?? [])
  }

  return {
    list: () => listed.filter(({ kind }) => !unlisted.includes(kind)),
    entries,
    async find<R extends PluginRole>(role: R, name: string, version: string | null = null) {
      const candidates = entries(name).filter((entry) => plays(role, entry))
      if (candidates.length === 0) throw unknownPlugin(role, name, listed, aliases.get(name))
      const plugin = await selectVersion(candidates, version).load()
      return plugin as PluginOf<R>
    },
  }
}

/** Class names by alias; an alias of several classes stands for none of them. */
function aliasesOf(entries: readonly PluginEntry[]): ReadonlyMap<string, ReadonlySet<string>> {
  const aliases = new Map<string, Set<string>>()
  for (const entry of entries) {
    for (const alias of aliasesOfPlugin(entry)) {
      const classes = aliases.get(alias) ?? new Set()
      aliases.set(alias, classes.add(entry.class))
    }
  }
  return aliases
}

/** Simple class name, and that without the suffix of its kind; none for nested classes. */
export function aliasesOfPlugin({ kind, class: name }: PluginEntry): readonly string[] {
  if (name.includes('$')) return []
  const simple = name.slice(name.lastIndexOf('.') + 1)
  const suffix = suffixes[kind]
  const isPruned = simple.endsWith(suffix) && simple !== suffix
  return isPruned ? [simple, simple.slice(0, -suffix.length)] : [simple]
}

function plays(role: PluginRole, { kind }: PluginEntry): boolean {
  return role === 'connector' ? kind === 'source' || kind === 'sink' : kind === role
}

/**
 * The newest of several versions of a class that a range allows.
 * @param candidates Newest first, at least one.
 * @param version As for `PluginRegistry.find`, which also names the errors.
 */
export function selectVersion(
  candidates: readonly PluginEntry[],
  version: string | null,
): PluginEntry {
  const [newest] = candidates
  if (newest === undefined) throw new TypeError('no candidates')
  if (version === null || version.trim() === 'latest') return newest
  const range = parseVersionRange(version)
  const found = candidates.find((entry) => range.includes(entry.version))
  if (found !== undefined) return found
  const available = candidates.map((entry) => entry.version).toReversed()
  throw new ConnectError(
    `Plugin ${newest.class} not found that matches the version range ${range}, available versions: [${available.join(', ')}]`,
    { code: 'CONFIG_INVALID' },
  )
}

function unknownPlugin(
  role: PluginRole,
  name: string,
  listed: readonly PluginEntry[],
  ambiguous: ReadonlySet<string> | undefined,
): ConnectError {
  const code = 'CONNECT_FAILED'
  if (ambiguous !== undefined && ambiguous.size > 1) {
    const found = [...ambiguous].join(', ')
    return new ConnectError(
      `More than one ${role} matches alias ${name}. Please use full package and class name instead. Classes found: ${found}`,
      { code },
    )
  }
  const base = role === 'connector' ? 'Connector' : suffixes[role]
  const available = listed.filter((entry) => plays(role, entry)).map(describe)
  return new ConnectError(
    `Failed to find any class that implements ${base} and which name matches ${name}, available ${role}s are: ${available.join(', ')}`,
    { code },
  )
}

function describe({ class: name, version, kind, location }: PluginEntry): string {
  return `PluginDesc{klass=class ${name}, name='${name}', version='${version}', encodedVersion=${version}, type=${kind}, typeName='${kind}', location='${location}'}`
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
