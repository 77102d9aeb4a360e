import type { ConfigProps } from '../config/props.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { PluginCall } from '../runtime/threads/unit.ts'
import { createPluginCode, type PluginCode } from './plugin-code.ts'

/** Has a thread run the code of plug-ins from `plugin.path`; that of built-in ones runs here. */
export function threadedPluginCode(
  plugins: PluginRegistry,
  run: <T>(call: PluginCall) => Promise<T>,
): PluginCode {
  const here = createPluginCode(plugins)
  const isBuiltIn = (name: string | null) =>
    name === null || plugins.entries(name.trim()).every(({ location }) => location === 'classpath')
  const areBuiltIn = (props: ConfigProps) => Object.values(props).every(isBuiltIn)
  const onStage = () => {}
  const alter = (
    method: 'alterSourceOffsets' | 'alterSinkOffsets',
    props: ConfigProps,
    changes: readonly unknown[],
  ) => {
    const name = `alterOffsets of connector ${props['name']}`
    return run<boolean>({ method, args: [props, changes], name, onStage })
  }
  return {
    check(request, tell) {
      const { props } = request
      if (areBuiltIn(props)) return here.check(request, tell)
      tell('waiting for a new thread to become available for connector validation')
      const name = `The check of connector ${props['name'] ?? request.name}`
      return run({ method: 'check', args: [request], name, onStage: tell })
    },
    pluginConfig(plugin, version) {
      if (isBuiltIn(plugin)) return here.pluginConfig(plugin, version)
      const name = `Plug-in ${plugin}`
      return run({ method: 'pluginConfig', args: [plugin, version], name, onStage })
    },
    alterSourceOffsets(props, offsets) {
      if (areBuiltIn(props)) return here.alterSourceOffsets(props, offsets)
      return alter('alterSourceOffsets', props, offsets)
    },
    alterSinkOffsets(props, changes) {
      if (areBuiltIn(props)) return here.alterSinkOffsets(props, changes)
      return alter('alterSinkOffsets', props, changes)
    },
  }
}
