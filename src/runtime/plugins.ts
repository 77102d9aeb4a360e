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

/** What a user asks for by name: whether a connector is a source or a sink, its class tells. */
export type PluginRole = Exclude<PluginKind, 'source' | 'sink'> | 'connector'

export type PluginOf<R extends PluginRole> = Extract<
  Plugin,
  { readonly kind: R extends 'connector' ? 'source' | 'sink' : R }
>

/** The plug-ins of this worker, each class in any number of versions. */
export interface PluginRegistry {
  /** What connectors name, in the order of `GET /connector-plugins?connectorsOnly=false`. */
  list(): readonly PluginEntry[]
  /**
   * Entries of every kind that a class name or alias means, newest version first: a converter is
   * often a header converter too. None for an unknown name or an alias that is ambiguous.
   */
  entries(name: string): readonly PluginEntry[]
  /**
   * Loads a plug-in.
   * @param version Range in Maven's syntax; a bare version means exactly that one, null or
   *   `latest` the newest.
   * @throws ConnectError CONNECT_FAILED for an unknown name, with the connectors that there are;
   *   CONFIG_INVALID when no version matches (`Plugin <class> not found that matches the version
   *   range [1.0,1.0], available versions: [0.1.0]`) or the range can't be read.
   */
  find<R extends PluginRole>(role: R, name: string, version?: string | null): Promise<PluginOf<R>>
}
