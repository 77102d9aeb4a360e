import type { ConfigProps } from '../config/props.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { PluginCall } from '../runtime/threads/unit.ts'
import { createPluginCode, type PluginCode } from './plugin-code.ts'

/** Has a thread run the code of plug-ins from `plugin.path`; the built-in ones are quick, and run here. */
export function threadedPluginCode(
  plugins: PluginRegistry,
  run: <T>(call: PluginCall) => Promise<T>,
): PluginCode {
  const here = createPluginCode(plugins)
  const isBuiltIn = (name: string | null) =>
    name === null || plugins.entries(name.trim()).every(({ location }) => location === 'classpath')
  const areBuiltIn = (props: ConfigProps) => Object.values(props).every(isBuiltIn)
  const ignored = () => {}
  return {
    check(request, onStage) {
      const { props } = request
      if (areBuiltIn(props)) return here.check(request, onStage)
      onStage('waiting for a new thread to become available for connector validation')
      const name = `The check of connector ${props['name'] ?? request.name}`
      return run({ method: 'check', args: [request], name, onStage })
    },
    pluginConfig(plugin, version) {
      if (isBuiltIn(plugin)) return here.pluginConfig(plugin, version)
      const name = `Plug-in ${plugin}`
      return run({ method: 'pluginConfig', args: [plugin, version], name, onStage: ignored })
    },
    alterSourceOffsets(props, offsets) {
      if (areBuiltIn(props)) return here.alterSourceOffsets(props, offsets)
      const name = `alterOffsets of connector ${props['name']}`
      return run({ method: 'alterSourceOffsets', args: [props, offsets], name, onStage: ignored })
    },
    alterSinkOffsets(props, changes) {
      if (areBuiltIn(props)) return here.alterSinkOffsets(props, changes)
      const name = `alterOffsets of connector ${props['name']}`
      return run({ method: 'alterSinkOffsets', args: [props, changes], name, onStage: ignored })
    },
  }
}
