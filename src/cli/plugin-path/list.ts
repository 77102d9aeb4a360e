import { messageOf } from '../../base/errors.ts'
import { scanPluginPath } from '../../runtime/plugin-loader.ts'
import { aliasesOfPlugin } from '../../runtime/plugin-registry.ts'
import type { PluginEntry } from '../../runtime/plugins.ts'

const header = [
  ...['pluginName', 'firstAlias', 'secondAlias', 'pluginVersion'],
  ...['pluginType', 'isLoadable', 'hasManifest', 'pluginLocation'],
]

/** Prints the plug-ins of packages as a table with tabs between its columns. */
export async function listPlugins(packages: readonly string[]): Promise<void> {
  const { entries, problems } = scanPluginPath(packages)
  for (const problem of problems) console.error(problem)
  console.log(header.join('\t'))
  let loadable = 0
  for (const entry of entries) {
    const isLoadable = await loads(entry)
    if (isLoadable) loadable++
    console.log(rowOf(entry, isLoadable).join('\t'))
  }
  console.log()
  console.log(`Total plugins:      \t${entries.length}`)
  console.log(`Loadable plugins:   \t${loadable}`)
  // What is found has a manifest.
  console.log(`Compatible plugins: \t${loadable}`)
}

async function loads(entry: PluginEntry): Promise<boolean> {
  try {
    await entry.load()
    return true
  } catch (error) {
    console.error(messageOf(error))
    return false
  }
}

function rowOf(entry: PluginEntry, isLoadable: boolean): readonly string[] {
  const [first = 'N/A', second = 'N/A'] = aliasesOfPlugin(entry)
  const { version, kind, location } = entry
  return [entry.class, first, second, version, kind, String(isLoadable), 'true', location]
}
