import { ConnectError } from '../base/errors.ts'
import type { ConfigProps } from '../config/props.ts'
import { hasVariables } from '../config/variables.ts'
import { selectVersion } from '../runtime/plugin-registry.ts'
import type { PluginOf, PluginRegistry } from '../runtime/plugins.ts'
import type { ConnectorState } from './config-state.ts'
import type { ConfigInfos, ConnectorType } from './herder.ts'

/** @throws ConnectError BAD_REQUEST with all problems that a validation found. */
export function refuseInvalid(infos: ConfigInfos): void {
  if (infos.error_count === 0) return
  const errors = infos.configs.flatMap(({ value }) => value?.errors ?? [])
  throw new ConnectError(
    [
      `Connector configuration is invalid and contains the following ${infos.error_count} error(s):`,
      ...errors,
      'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
    ].join('\n'),
    { code: 'BAD_REQUEST' },
  )
}

/** @throws ConnectError as `PluginRegistry.find`. */
export function findConnectorPlugin(
  plugins: PluginRegistry,
  props: ConfigProps,
): Promise<PluginOf<'connector'>> {
  return plugins.find(
    'connector',
    props['connector.class'] ?? '',
    props['connector.plugin.version'] ?? null,
  )
}

/** Kind and version of the plug-in that resolved properties name. */
export function identify(
  plugins: PluginRegistry,
  props: ConfigProps,
): { readonly type: ConnectorType; readonly version: string | null } {
  const found = plugins
    .entries(props['connector.class'] ?? '')
    .filter(({ kind }) => kind === 'source' || kind === 'sink')
  if (found.length === 0) return { type: 'unknown', version: null }
  const { kind, version } = selectVersion(found, props['connector.plugin.version'] ?? null)
  return { type: kind === 'source' ? 'source' : 'sink', version }
}

/**
 * Properties for a plug-in: all of them texts.
 * @throws ConnectError CONFIG_INVALID for a null, which only JSON can give.
 */
export function withoutNulls(props: ConfigProps): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(props)) {
    if (value === null) {
      throw new ConnectError(`Non-string value found in original settings for key ${key}: null`, {
        code: 'CONFIG_INVALID',
      })
    }
  }
  return props as Readonly<Record<string, string>>
}

/** `tasks.max` of a valid configuration. */
export function tasksMaxOf(props: ConfigProps): number {
  return Number(props['tasks.max'] ?? 1)
}

/**
 * Task configurations as they are stored: what the host gave, a sink's topics, and variables instead
 * of what they stand for.
 */
export function toStoredTasks(
  { config, type }: ConnectorState,
  generated: readonly ConfigProps[],
): readonly ConfigProps[] {
  const added: Record<string, string | null> = {}
  if (type === 'sink') {
    for (const key of ['topics', 'topics.regex']) {
      if (config[key] !== undefined) added[key] = config[key]
    }
  }
  const secret = Object.entries(config).filter(([, value]) => hasVariables(value))
  return generated.map((props) => {
    const task = { ...props, ...added }
    const raw = secret.filter(([key]) => Object.hasOwn(task, key))
    return { ...task, ...Object.fromEntries(raw) }
  })
}

/** Whether tasks have to start anew; a changed configuration of the connector is a reason, too. */
export function tasksChanged(state: ConnectorState, tasks: readonly ConfigProps[]): boolean {
  if (state.tasks.length !== tasks.length) return true
  if (state.appliedConfig === null || !sameProps(state.appliedConfig, state.config)) return true
  return state.tasks.some((task, index) => !sameProps(task, tasks[index] ?? {}))
}

export function sameProps(a: ConfigProps, b: ConfigProps): boolean {
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  )
}

/** Properties changed by a patch of one level, in which null removes. */
export function patched(config: ConfigProps, patch: ConfigProps): ConfigProps {
  const merged = { ...config, ...patch }
  return Object.fromEntries(Object.entries(merged).filter(([key]) => patch[key] !== null))
}
