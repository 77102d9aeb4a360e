import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { Plugin, PluginKind } from '../sdk/plugin.ts'
import type { PluginEntry } from './plugins.ts'

const kinds: readonly string[] = [
  'source',
  'sink',
  'converter',
  'header_converter',
  'transformation',
  'predicate',
  'rest_extension',
  'configprovider',
  'connector_client_config_override_policy',
] satisfies readonly PluginKind[]

const NAMES_MAX = 5

/** Plug-ins of `plugin.path`, and what was wrong there, in sentences for the log. */
export interface PluginScan {
  readonly entries: readonly PluginEntry[]
  readonly problems: readonly string[]
}

/**
 * Reads the manifests in the folders of `plugin.path`: each is a package, or holds packages, also
 * in its `node_modules`. Nothing is imported. A package that can't be read is left out and named.
 *
 * The manifest is the key `millrace` of `package.json`; the version is that of the package:
 *
 *     "millrace": {"plugins": [{"kind": "sink", "class": "org.acme.Sink", "module": "./dist/sink.js"}]}
 */
export function scanPluginPath(pluginPath: readonly string[]): PluginScan {
  const entries: PluginEntry[] = []
  const problems: string[] = []
  for (const element of pluginPath) {
    try {
      for (const folder of packagesAt(element, problems)) {
        entries.push(...entriesOf(folder, problems))
      }
    } catch (error) {
      problems.push(`plugin.path: ${element} can't be read: ${messageOf(error)}`)
    }
  }
  return { entries, problems }
}

/**
 * Folders of the packages that an element of `plugin.path` is, or holds.
 * @throws Error when it can't be read.
 */
export function packagesAt(path: string, problems: string[]): readonly string[] {
  const element = resolve(path)
  const children = element.endsWith('.jar') ? [] : readdirSync(element)
  const jars = element.endsWith('.jar') ? [element] : jarsIn(element, children)
  if (jars.length > 0) {
    problems.push(
      `plugin.path: ${element} holds Java plug-ins, which this worker can't run: ${shortened(jars)}`,
    )
  }
  if (children.includes('package.json')) return [realpathSync(element)]
  return children
    .flatMap((name) => {
      if (name === 'node_modules') return foldersIn(join(element, name)).flatMap(withScoped)
      return withScoped(join(element, name))
    })
    .filter((folder) => namesIn(folder).includes('package.json'))
    .map((folder) => realpathSync(folder))
}

/** Jars in the folder and in the folders below it, as the reference looks for them. */
function jarsIn(element: string, children: readonly string[]): readonly string[] {
  return children.flatMap((name) => {
    const path = join(element, name)
    if (name.endsWith('.jar')) return [name]
    if (name === 'node_modules') return []
    return namesIn(path)
      .filter((file) => file.endsWith('.jar'))
      .map((file) => join(name, file))
  })
}

function shortened(names: readonly string[]): string {
  const left = names.length - NAMES_MAX
  const listed = names.slice(0, NAMES_MAX).join(', ')
  return left > 0 ? `${listed} and ${left} more` : listed
}

function withScoped(folder: string): readonly string[] {
  return /[\\/]@[^\\/]+$/.test(folder) ? foldersIn(folder) : [folder]
}

function foldersIn(folder: string): readonly string[] {
  return namesIn(folder).map((name) => join(folder, name))
}

/** Follows symbolic links; none for a file, a dangling link, or a folder that can't be read. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function entriesOf(folder: string, problems: string[]): readonly PluginEntry[] {
  const file = join(folder, 'package.json')
  try {
    const manifest = objectOf(JSON.parse(readFileSync(file, 'utf8')), 'the manifest')
    const { millrace } = manifest
    if (millrace === undefined) return []
    const { plugins } = objectOf(millrace, 'millrace')
    // A dependency of a package may use the key for something else.
    if (plugins === undefined) return []
    if (!Array.isArray(plugins)) throw new TypeError('millrace.plugins is not a list')
    const version = textOf(manifest, 'version', 'the manifest')
    return plugins.map((plugin, index) =>
      entryOf(plugin, `millrace.plugins[${index}]`, folder, version),
    )
  } catch (error) {
    problems.push(`plugin.path: package left out, ${file}: ${messageOf(error)}`)
    return []
  }
}

function entryOf(plugin: unknown, at: string, folder: string, version: string): PluginEntry {
  const fields = objectOf(plugin, at)
  const kind = textOf(fields, 'kind', at)
  if (!isKind(kind)) {
    throw new TypeError(`${at}.kind is "${kind}" and none of ${kinds.join(', ')}`)
  }
  const name = textOf(fields, 'class', at)
  const file = resolve(folder, textOf(fields, 'module', at))
  if (relative(folder, file).startsWith('..')) {
    throw new TypeError(`${at}.module is outside of the package: ${file}`)
  }
  let loaded: Promise<Plugin> | undefined
  return {
    kind,
    class: name,
    version,
    location: folder,
    load() {
      loaded ??= importPlugin(file, kind, name)
      return loaded
    },
  }
}

async function importPlugin(file: string, kind: PluginKind, name: string): Promise<Plugin> {
  const failed = (reason: string, cause?: unknown) =>
    new ConnectError(`Plug-in ${name} can't be loaded from ${file}: ${reason}`, {
      code: 'CONNECT_FAILED',
      cause,
    })
  let plugins: readonly Plugin[]
  try {
    plugins = await exportedPlugins(file)
  } catch (error) {
    throw failed(messageOf(error), error)
  }
  const plugin = plugins.find((each) => each.class === name && each.kind === kind)
  if (plugin === undefined) throw failed(`the module exports no ${kind} plug-in with that class`)
  return plugin
}

/** The plug-ins that a module exports. @throws whatever its code throws. */
export async function exportedPlugins(file: string): Promise<readonly Plugin[]> {
  const exports: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href)
  return Object.values(exports).filter(
    (value): value is Plugin =>
      typeof value === 'object' &&
      value !== null &&
      'class' in value &&
      typeof value.class === 'string' &&
      'kind' in value &&
      isKind(String(value.kind)),
  )
}

function isKind(kind: string): kind is PluginKind {
  return kinds.includes(kind)
}

function objectOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw new TypeError(`${at} is not an object`)
}

function textOf(fields: Readonly<Record<string, unknown>>, key: string, at: string): string {
  const value = fields[key]
  if (typeof value === 'string' && value !== '') return value
  throw new TypeError(`${at}.${key} is not a text`)
}
