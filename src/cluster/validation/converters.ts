import { messageOf } from '../../base/errors.ts'
import { hashOrder } from '../../base/java-hash-order.ts'
import { type ConfigProps, withPrefix } from '../../config/props.ts'
import {
  type ConfigReport,
  type ConfigValue,
  validateConfig,
  withError,
} from '../../config/report.ts'
import type { PluginRegistry } from '../../runtime/plugins.ts'
import { converterRoles } from './framework.ts'
import { type PartialInfos, prefixedInfos } from './infos.ts'

/** In the order in which their entries are told. */
const uses = ['header', 'key', 'value'] as const

export interface ConverterChecks {
  /** The report given, with what could not be loaded. */
  readonly report: ConfigReport
  readonly infos: readonly PartialInfos[]
}

/** Checks the settings of the converters that a connector names itself. */
export async function checkConverters(
  plugins: PluginRegistry,
  props: ConfigProps,
  report: ConfigReport,
  onStage: (text: string) => void,
): Promise<ConverterChecks> {
  const infos: PartialInfos[] = []
  let checked = report
  for (const use of uses) {
    const key = `${use}.converter` as const
    if (props[key] == null || hasErrors(report, key, `${key}.plugin.version`)) continue
    onStage(`instantiating the connector's ${use} converter for validation`)
    try {
      infos.push(await converterInfos(plugins, use, props))
    } catch (error) {
      checked = withError(checked, key, `Failed to load class ${props[key]}: ${messageOf(error)}`)
    }
  }
  return { report: checked, infos }
}

function hasErrors(report: ConfigReport, ...names: readonly string[]): boolean {
  return report.values.some(({ name, errors }) => names.includes(name) && errors.length > 0)
}

async function converterInfos(
  plugins: PluginRegistry,
  use: (typeof uses)[number],
  props: ConfigProps,
): Promise<PartialInfos> {
  const key = `${use}.converter` as const
  const version = props[`${key}.plugin.version`]
  const { config } = await plugins.find(converterRoles[key], props[key]?.trim() ?? '', version)
  const given = { 'converter.type': use, ...withPrefix(props, `${key}.`) }
  const { values } = validateConfig(config, given)
  return prefixedInfos(
    config.keys,
    hashOrder(values, ({ name }: ConfigValue) => name),
    `${key}.`,
  )
}
