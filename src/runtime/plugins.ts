import type { Plugin, PluginKind } from '../sdk/plugin.ts'

/** Where a plug-in is and how to get it; nothing is imported before `load`. */
export interface PluginEntry {
  readonly kind: PluginKind
  readonly class: string
  readonly version: string
  /** `classpath` for the built-in ones, else the folder. */
  readonly location: string
  load(): Promise<Plugin>
}
