import type { Logger } from '../base/logger.ts'
import type { ConfigProps } from '../config/props.ts'
import { hasVariables, type Resolve } from '../config/variables.ts'
import { overrideNotices } from '../runtime/config/client-key-notices.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { ConfigInfos, ConnectorType } from './herder.ts'
import { hiddenError } from './hidden-error.ts'
import { identify, refuseInvalid } from './operations.ts'
import type { Turn } from './request-queue.ts'
import type { ConnectorValidator } from './validation/connector-validator.ts'
import { suspectProperties } from './validation/suspect-properties.ts'

export interface ConfigCheckDependencies {
  readonly logger: Logger
  readonly plugins: PluginRegistry
  readonly validator: ConnectorValidator
  readonly resolve: Resolve
  /** A text for people, with variables in place of the values of config providers. */
  hide(text: string): string
}

/**
 * Checks the configuration of a connector before it is taken; says in the log what looks wrong.
 * @throws ConnectError BAD_REQUEST for an invalid one.
 */
export async function checkConfig(
  deps: ConfigCheckDependencies,
  turn: Turn,
  config: ConfigProps,
): Promise<{ readonly type: ConnectorType; readonly version: string | null }> {
  const { logger, plugins } = deps
  const { infos, props } = await validate(deps, turn, config)
  refuseInvalid(infos)
  const suspicions = [
    ...suspectProperties(props, infos),
    ...overrideNotices(props).map(({ message }) => message),
  ]
  for (const suspicion of suspicions) logger.within(`${props['name']}|worker`).warn(suspicion)
  return identify(plugins, props)
}

/** Checks a configuration that may be taken later. */
export async function validateOnly(
  deps: ConfigCheckDependencies,
  turn: Turn,
  config: ConfigProps,
): Promise<ConfigInfos> {
  return (await validate(deps, turn, config)).infos
}

/** The answer shows variables as they were given. */
async function validate(
  { validator, resolve, hide }: ConfigCheckDependencies,
  turn: Turn,
  given: ConfigProps,
): Promise<{ readonly infos: ConfigInfos; readonly props: ConfigProps }> {
  const { props } = await turn.stage(
    'resolving transformed configuration properties for the connector',
    () => resolve(given),
  )
  const infos = await turn.plugin('validating the configuration of the connector', () =>
    validator.validate(props, turn.note).catch((error: unknown) => {
      throw hiddenError(error, hide)
    }),
  )
  const configs = infos.configs.map(({ definition, value }) => {
    if (value === null) return { definition, value }
    const text = given[value.name] ?? null
    const errors = value.errors.map(hide)
    const shown = value.value !== null && hasVariables(text) ? text : value.value
    return { definition, value: { ...value, value: shown, errors } }
  })
  return { infos: { ...infos, configs }, props }
}
