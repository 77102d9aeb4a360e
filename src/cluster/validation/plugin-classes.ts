import { ConnectError } from '../../base/errors.ts'
import { selectVersion } from '../../runtime/plugin-registry.ts'
import type { PluginEntry, PluginRegistry, PluginRole } from '../../runtime/plugins.ts'

type Role = Extract<PluginRole, 'converter' | 'header_converter' | 'transformation' | 'predicate'>

/** What a class of each role implements, by the name that messages know. */
export const baseNames: Readonly<Record<Role, string>> = {
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  transformation: 'Transformation',
  predicate: 'Predicate',
}

/** Classes that exist in Java and can't be used themselves. */
const interfaces: ReadonlyMap<string, Role> = new Map([
  ['org.apache.kafka.connect.storage.Converter', 'converter'],
  ['org.apache.kafka.connect.storage.HeaderConverter', 'header_converter'],
  ['org.apache.kafka.connect.transforms.Transformation', 'transformation'],
  ['org.apache.kafka.connect.transforms.predicates.Predicate', 'predicate'],
])

/** Full name of what a name or alias means; null when there is no such class. */
export function resolveClass(plugins: PluginRegistry, name: string): string | null {
  const [entry] = plugins.entries(name)
  if (entry !== undefined) return entry.class
  return interfaces.has(name) || nestedClasses(plugins, name).length > 0 ? name : null
}

/** The versions of a class in a role, newest first. */
export function entriesOf(
  plugins: PluginRegistry,
  name: string,
  role: Role,
): readonly PluginEntry[] {
  return plugins.entries(name).filter(({ kind }) => kind === role)
}

/** Class names of a role, in the order of the registry: sorted. */
export function classesOf(plugins: PluginRegistry, role: Role): readonly string[] {
  const names = plugins.list().flatMap((entry) => (entry.kind === role ? entry.class : []))
  return [...new Set(names)]
}

export function versionsOf(entries: readonly PluginEntry[]): readonly string[] {
  return [...new Set(entries.map(({ version }) => version))]
}

/**
 * @param className As `resolveClass` gave it.
 * @throws ConnectError CONFIG_INVALID when a class can't be used in a role, or not in that version.
 */
export function ensureUsable(
  plugins: PluginRegistry,
  className: string,
  role: Role,
  version: string | null,
): void {
  const entries = entriesOf(plugins, className, role)
  if (entries.length === 0) {
    throw new ConnectError(unusable(plugins, className, role), { code: 'CONFIG_INVALID' })
  }
  selectVersion(entries, version)
}

function unusable(plugins: PluginRegistry, className: string, role: Role): string {
  const nested = nestedClasses(plugins, className)
  if (interfaces.get(className) === role || nested.some(({ kind }) => kind === role)) {
    const names = [...new Set(nested.map((entry) => entry.class))].join(', ')
    const hint = names === '' ? '' : ` Did you mean ${names}?`
    return `This class is abstract and cannot be created.${hint}`
  }
  const form = interfaces.has(className) ? 'interface' : 'class'
  return `Class ${form} ${className} does not implement the ${baseNames[role]} interface`
}

function nestedClasses(plugins: PluginRegistry, name: string): readonly PluginEntry[] {
  return plugins.list().filter((entry) => entry.class.startsWith(`${name}$`))
}
