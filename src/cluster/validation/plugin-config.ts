import { ConnectError, messageOf } from '../../base/errors.ts'
import { type ConfigSpec, listedKeys } from '../../config/definition.ts'
import { sinkConfig, sourceConfig } from '../../runtime/connector-config.ts'
import { selectVersion } from '../../runtime/plugin-registry.ts'
import type { PluginEntry, PluginRegistry } from '../../runtime/plugins.ts'
import { parseVersionRange } from '../../runtime/version-range.ts'
import type { ConfigKeyInfo } from '../herder.ts'
import { connectorVersion } from './framework.ts'
import { keyInfo } from './infos.ts'

/**
 * Settings of a plug-in of any kind, by class or alias: its own, then those of the worker that it
 * does not define itself.
 * @throws ConnectError NOT_FOUND; BAD_REQUEST for a version that isn't there or can't be read.
 */
export async function pluginConfig(
  plugins: PluginRegistry,
  name: string,
  version: string | null,
): Promise<readonly ConfigKeyInfo[]> {
  checkRange(version)
  const entries = plugins.entries(name)
  if (entries.length === 0) {
    throw new ConnectError(`Unknown plugin ${name}.`, { code: 'NOT_FOUND' })
  }
  const plugin = await selected(entries, version).load()
  const own = listedKeys(plugin.config.keys, {})
  const keys = { ...own, ...commonKeys(entries), ...own }
  return Object.entries(keys).map(([key, definition]) => keyInfo(key, definition))
}

function commonKeys(entries: readonly PluginEntry[]): ConfigSpec {
  const kind = entries[0]?.kind
  if (kind === 'source') return { ...sourceConfig.keys, ...connectorVersion(entries) }
  return kind === 'sink' ? { ...sinkConfig.keys, ...connectorVersion(entries) } : {}
}

function checkRange(version: string | null): void {
  try {
    if (version !== null) parseVersionRange(version)
  } catch (cause) {
    throw new ConnectError(`Invalid version specification: ${version}`, {
      code: 'BAD_REQUEST',
      cause,
    })
  }
}

function selected(entries: readonly PluginEntry[], version: string | null): PluginEntry {
  try {
    return selectVersion(entries, version)
  } catch (cause) {
    throw new ConnectError(messageOf(cause), { code: 'BAD_REQUEST', cause })
  }
}
