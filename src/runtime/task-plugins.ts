import { ConnectError } from '../base/errors.ts'
import { parseConfig } from '../config/parse.ts'
import { withPrefix } from '../config/props.ts'
import type { Converter, HeaderConverter } from '../sdk/converter.ts'
import type { ConverterUse } from '../sdk/plugin.ts'
import type { Predicate } from '../sdk/transformation.ts'
import type { PluginRegistry } from './plugins.ts'
import { listOf, type Props, propOf } from './props.ts'
import type { Named, RecordConverters } from './record-converters.ts'
import { TransformChain, type TransformStage } from './transform-chain.ts'

/**
 * Converters of a connector: its own where it names them, else the worker's. Each is configured
 * with the properties beside its name only.
 */
export async function createConverters(
  plugins: PluginRegistry,
  connector: Props,
  worker: Props,
): Promise<RecordConverters> {
  const converter = async (use: ConverterUse): Promise<Named<Converter>> => {
    const { name, version, config } = converterChoice(use, connector, worker)
    const plugin = await plugins.find('converter', name, version)
    return {
      className: plugin.class,
      converter: plugin.create(parseConfig(plugin.config, config), use, config),
    }
  }
  const headerConverter = async (): Promise<Named<HeaderConverter>> => {
    const { name, version, config } = converterChoice('header', connector, worker)
    const plugin = await plugins.find('header_converter', name, version)
    return { className: plugin.class, converter: plugin.create(parseConfig(plugin.config, config)) }
  }
  return {
    key: await converter('key'),
    value: await converter('value'),
    header: await headerConverter(),
  }
}

/** Which converter a connector uses, and its settings. */
export function converterChoice(use: ConverterUse | 'header', connector: Props, worker: Props) {
  const key = `${use}.converter`
  const props = propOf(connector, key) === null ? worker : connector
  const name = propOf(props, key) ?? DEFAULT_HEADER_CONVERTER
  const version = propOf(props, `${key}.plugin.version`)
  return { name, version, config: { ...withPrefix(props, `${key}.`), 'converter.type': use } }
}

const DEFAULT_HEADER_CONVERTER = 'org.apache.kafka.connect.storage.SimpleHeaderConverter'

/** The chain of `transforms` with their `predicates`. */
export async function createTransformChain(
  plugins: PluginRegistry,
  connector: Props,
): Promise<TransformChain> {
  const stages: TransformStage[] = []
  for (const alias of listOf(connector, 'transforms')) {
    stages.push(await createStage(plugins, connector, alias))
  }
  return new TransformChain(stages)
}

async function createStage(
  plugins: PluginRegistry,
  connector: Props,
  alias: string,
): Promise<TransformStage> {
  const settings = withPrefix(connector, `transforms.${alias}.`)
  const predicate = propOf(settings, 'predicate')
  const { predicate: _, negate, ...config } = settings
  const plugin = await plugins.find(
    'transformation',
    propOf(settings, 'type') ?? '',
    propOf(settings, 'plugin.version'),
  )
  return {
    className: plugin.class,
    transform: plugin.create(parseConfig(plugin.config, config)),
    predicate:
      predicate === null ? null : await createPredicate(plugins, connector, alias, predicate),
    // As in the reference, blanks around it make it false.
    negate: negate?.toLowerCase() === 'true',
  }
}

async function createPredicate(
  plugins: PluginRegistry,
  connector: Props,
  transform: string,
  alias: string,
): Promise<Predicate> {
  const props = withPrefix(connector, `predicates.${alias}.`)
  const type = propOf(props, 'type')
  if (type === null || !listOf(connector, 'predicates').includes(alias)) {
    const cause = new ConnectError(
      `transforms.${transform}.predicate names the predicate ${alias}: add it to predicates, with predicates.${alias}.type`,
      { code: 'CONFIG_INVALID' },
    )
    throw new ConnectError(`Unknown configuration 'predicates.${alias}.plugin.version'`, {
      code: 'CONFIG_INVALID',
      cause,
    })
  }
  const plugin = await plugins.find('predicate', type, propOf(props, 'plugin.version'))
  return plugin.create(parseConfig(plugin.config, props))
}
