import type { PluginRegistry } from '../../runtime/plugins.ts'
import type { ConfigState, ConnectorState } from '../config-state.ts'
import { identify } from '../operations.ts'
import type { ClusterConfig, LoggedConnector } from './config-log.ts'

/** Connectors of the config topic, with what this worker knows of their plug-ins. */
export class ConfigView {
  readonly #plugins: PluginRegistry
  readonly #snapshot: () => ClusterConfig
  readonly #states = new WeakMap<LoggedConnector, ConnectorState>()
  #made: { readonly from: ClusterConfig; readonly state: ConfigState } | null = null

  constructor(plugins: PluginRegistry, snapshot: () => ClusterConfig) {
    this.#plugins = plugins
    this.#snapshot = snapshot
  }

  /** As far as the topic was read. */
  get state(): ConfigState {
    const from = this.#snapshot()
    if (this.#made?.from === from) return this.#made.state
    const state = new Map<string, ConnectorState>()
    for (const [name, each] of from.connectors) state.set(name, this.#stateOf(each))
    this.#made = { from, state }
    return state
  }

  #stateOf(connector: LoggedConnector): ConnectorState {
    const known = this.#states.get(connector)
    if (known !== undefined) return known
    const { config, target, tasks, isInconsistent } = connector
    // Tasks of which records are missing have to be made anew, whatever they were made from.
    const appliedConfig = isInconsistent ? null : connector.appliedConfig
    const state = { config, target, tasks, appliedConfig, ...this.#identityOf(connector) }
    this.#states.set(connector, state)
    return state
  }

  #identityOf({ config }: LoggedConnector): Pick<ConnectorState, 'type' | 'version'> {
    try {
      return identify(this.#plugins, config)
    } catch {
      // No version such as the configuration asks for: its start fails and says so.
      return { type: 'unknown', version: null }
    }
  }
}
