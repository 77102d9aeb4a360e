import type { PluginName, TaskDescription } from '../metrics/task-metrics.ts'
import type { SinkConnectorPlugin, SourceConnectorPlugin } from '../sdk/plugin.ts'
import type { PluginRegistry, PluginRole } from './plugins.ts'
import { listOf, type Props, propOf } from './props.ts'
import { converterChoice } from './task-plugins.ts'

/** What a task is made of, for its metrics. */
export async function describeTask(
  connector: SourceConnectorPlugin | SinkConnectorPlugin,
  plugins: PluginRegistry,
  connectorProps: Props,
  workerProps: Props,
): Promise<TaskDescription> {
  const converter = (role: 'converter' | 'header_converter', use: 'key' | 'value' | 'header') => {
    const { name, version } = converterChoice(use, connectorProps, workerProps)
    return nameOf(plugins, role, name, version)
  }
  const named = async (role: 'transformation' | 'predicate', list: string) => {
    const found = new Map<string, PluginName>()
    for (const alias of listOf(connectorProps, list)) {
      const name = propOf(connectorProps, `${list}.${alias}.type`) ?? ''
      const version = propOf(connectorProps, `${list}.${alias}.plugin.version`)
      found.set(alias, await nameOf(plugins, role, name, version))
    }
    return found
  }
  const { kind: type, taskClass } = connector
  return {
    connector: { class: connector.class, version: connector.version, type, taskClass },
    converters: {
      key: await converter('converter', 'key'),
      value: await converter('converter', 'value'),
      header: await converter('header_converter', 'header'),
    },
    transforms: await named('transformation', 'transforms'),
    predicates: await named('predicate', 'predicates'),
  }
}

async function nameOf(
  plugins: PluginRegistry,
  role: PluginRole,
  name: string,
  version: string | null,
): Promise<PluginName> {
  const plugin = await plugins.find(role, name, version)
  return { class: plugin.class, version: plugin.version }
}
