import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { exportedPlugins } from '../../runtime/plugin-loader.ts'
import { KnownFailure } from './known-failure.ts'

export interface SyncOptions {
  /** Nothing is written. */
  readonly dryRun: boolean
  /** Plug-ins of manifests stay that their modules don't export. */
  readonly keepNotFound: boolean
}

/** A plug-in in the manifest of a package. */
interface ManifestPlugin {
  readonly kind: string
  readonly class: string
  readonly module: string
}

interface Change {
  readonly folder: string
  /** `package.json` as it will be. */
  readonly text: string
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/**
 * Writes into `package.json` of packages which plug-ins they export: from their entry, and from the
 * modules that their manifests name. Only packages that depend on Millrace are loaded.
 * @throws KnownFailure when a manifest can't be written.
 */
export async function syncManifests(
  packages: readonly string[],
  { dryRun, keepNotFound }: SyncOptions,
): Promise<void> {
  if (dryRun) console.log('Dry run started: No changes will be committed.')
  console.log('Scanning for plugins...')
  const changes: Change[] = []
  for (const folder of packages) {
    const change = await changeOf(folder, keepNotFound)
    if (change !== null) changes.push(change)
  }
  if (changes.length === 0) {
    console.log('No changes required.')
    return
  }
  for (const change of changes) {
    ensureWritable(change)
    tell('Dry Run Sync', change)
  }
  if (dryRun) {
    console.log(
      'Dry run passed: All above changes can be committed to disk if re-run with dry run disabled.',
    )
    return
  }
  console.log('Writing changes to plugins...')
  for (const change of changes) write(change)
  console.log('All loadable plugins have accurate manifests.')
}

/** null where the manifest is right, or the package has nothing to do with Millrace. */
async function changeOf(folder: string, keepNotFound: boolean): Promise<Change | null> {
  const text = readFileSync(join(folder, 'package.json'), 'utf8')
  const manifest = parsed(folder, text)
  if (!concernsMillrace(manifest)) return null
  const listed = manifest.millrace?.plugins ?? []
  const found = await pluginsOf(folder, [...listed.map(({ module }) => module), entryOf(manifest)])
  const added = found.filter((plugin) => !listed.some(isSame(plugin)))
  const removed = keepNotFound ? [] : listed.filter((plugin) => !found.some(isSame(plugin)))
  if (added.length + removed.length === 0) return null
  const plugins = [...listed.filter((plugin) => !removed.includes(plugin)), ...added]
  const changed = { ...manifest, millrace: { ...manifest.millrace, plugins } }
  return {
    folder,
    text: `${JSON.stringify(changed, null, indentOf(text))}\n`,
    added: added.map((plugin) => plugin.class),
    removed: removed.map((plugin) => plugin.class),
  }
}

interface Manifest {
  readonly main?: string
  readonly exports?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly millrace?: { readonly plugins?: readonly ManifestPlugin[] }
}

function parsed(folder: string, text: string): Manifest {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new KnownFailure(`${join(folder, 'package.json')}: ${messageOf(cause)}`, { cause })
  }
}

function concernsMillrace({ millrace, dependencies, peerDependencies }: Manifest): boolean {
  if (millrace?.plugins !== undefined) return Array.isArray(millrace.plugins)
  return 'millrace' in { ...dependencies, ...peerDependencies }
}

/** The module that `import` of the package's name loads. */
function entryOf({ main, exports }: Manifest): string {
  const entry = targetOf(exports) ?? main ?? './index.js'
  return entry.startsWith('.') ? entry : `./${entry}`
}

/** @param exports As in `package.json`: a path, or conditions, or entries. */
function targetOf(exports: unknown): string | null {
  if (typeof exports === 'string') return exports
  if (typeof exports !== 'object' || exports === null) return null
  const fields: Readonly<Record<string, unknown>> = { ...exports }
  return targetOf(fields['.'] ?? fields['import'] ?? fields['default'])
}

async function pluginsOf(
  folder: string,
  modules: readonly string[],
): Promise<readonly ManifestPlugin[]> {
  const found: ManifestPlugin[] = []
  for (const module of new Set(modules)) {
    for (const plugin of await exportsOf(resolve(folder, module))) {
      const { kind, class: name } = plugin
      if (!found.some(isSame(plugin))) found.push({ kind, class: name, module })
    }
  }
  return found
}

async function exportsOf(file: string) {
  try {
    return await exportedPlugins(file)
  } catch (error) {
    console.error(`${relative(process.cwd(), file)} can't be loaded: ${messageOf(error)}`)
    return []
  }
}

type Identity = Pick<ManifestPlugin, 'kind' | 'class'>

function isSame(plugin: Identity): (other: Identity) => boolean {
  return (other) => other.kind === plugin.kind && other.class === plugin.class
}

function indentOf(text: string): string {
  return /^([ \t]+)"/m.exec(text)?.[1] ?? '  '
}

function tell(what: string, { folder, added, removed }: Change): void {
  console.log(`${what}\t${folder} Add ${added.length} Remove ${removed.length}`)
  for (const name of added) console.log(`\tAdd\t${name}`)
  for (const name of removed) console.log(`\tRemove\t${name}`)
}

function ensureWritable({ folder }: Change): void {
  const file = join(folder, 'package.json')
  try {
    accessSync(file, constants.W_OK)
  } catch (cause) {
    throw new KnownFailure(`${file} can't be written: ${messageOf(cause)}`, { cause })
  }
}

function write(change: Change): void {
  try {
    writeFileSync(join(change.folder, 'package.json'), change.text)
    tell('Sync', change)
  } catch (cause) {
    throw new KnownFailure(
      `Sync incomplete due to exception; plugin path may be corrupted: ${messageOf(cause)}`,
      { cause },
    )
  }
}
