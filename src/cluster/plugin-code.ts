import type { ConfigProps } from '../config/props.ts'
import type { SourceOffset } from '../runtime/offsets/offset-store.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { ConfigKeyInfo } from './herder.ts'
import { findConnectorPlugin } from './operations.ts'
import type { SinkOffsetChange } from './sink-offsets.ts'
import { type CheckRequest, checkPlugins, type PluginChecks } from './validation/plugin-checks.ts'
import { pluginConfig } from './validation/plugin-config.ts'

/**
 * What a worker has plug-ins do beside the connectors and tasks that run. All that is given and
 * answered is structured-cloneable, so that a thread may do it.
 */
export interface PluginCode {
  /** As `checkPlugins`. */
  check(request: CheckRequest, onStage: (text: string) => void): Promise<PluginChecks>
  /** @throws ConnectError NOT_FOUND; BAD_REQUEST for the version. */
  pluginConfig(plugin: string, version: string | null): Promise<readonly ConfigKeyInfo[]>
  /**
   * @param props Variables resolved.
   * @returns false when the connector does not look at offsets.
   * @throws what the connector throws.
   */
  alterSourceOffsets(props: ConfigProps, offsets: readonly SourceOffset[]): Promise<boolean>
  /** As for sources. */
  alterSinkOffsets(props: ConfigProps, changes: readonly SinkOffsetChange[]): Promise<boolean>
}

/** Runs the code in the thread that calls. */
export function createPluginCode(plugins: PluginRegistry): PluginCode {
  return {
    check: (request, onStage) => checkPlugins(plugins, request, onStage),
    pluginConfig: (plugin, version) => pluginConfig(plugins, plugin, version),
    async alterSourceOffsets(props, offsets) {
      const plugin = await findConnectorPlugin(plugins, props)
      if (plugin.kind !== 'source') throw new TypeError(`${plugin.class} is no source connector`)
      return plugin.createConnector().alterOffsets(props, offsets)
    },
    async alterSinkOffsets(props, changes) {
      const plugin = await findConnectorPlugin(plugins, props)
      if (plugin.kind !== 'sink') throw new TypeError(`${plugin.class} is no sink connector`)
      return plugin.createConnector().alterOffsets(
        props,
        changes.map(({ topic, partition, offset }) => [{ topic, partition }, offset]),
      )
    },
  }
}
