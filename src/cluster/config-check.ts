import type { Logger } from '../base/logger.ts'
import type { ConfigProps } from '../config/props.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { ConnectorType } from './herder.ts'
import { identify, refuseInvalid } from './operations.ts'
import type { Turn } from './request-queue.ts'
import type { ConnectorValidator } from './validation/connector-validator.ts'
import { suspectProperties } from './validation/suspect-properties.ts'

export interface ConfigCheckDependencies {
  readonly logger: Logger
  readonly plugins: PluginRegistry
  readonly validator: ConnectorValidator
  /** Puts values in place of `${provider:path:key}`. */
  resolve(props: ConfigProps): Promise<ConfigProps>
}

/**
 * Checks the configuration of a connector before it is taken; says in the log what looks wrong.
 * @throws ConnectError BAD_REQUEST for an invalid one.
 */
export async function checkConfig(
  { logger, plugins, validator, resolve }: ConfigCheckDependencies,
  turn: Turn,
  config: ConfigProps,
): Promise<{ readonly type: ConnectorType; readonly version: string | null }> {
  const props = await resolve(config)
  const infos = await turn.plugin('validating the configuration of the connector', () =>
    validator.validate(props),
  )
  refuseInvalid(infos)
  for (const suspicion of suspectProperties(props, infos)) {
    logger.within(`${props['name']}|worker`).warn(suspicion)
  }
  return identify(plugins, props)
}
