import type { Clock } from '../base/clock.ts'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { parseConfig } from '../config/parse.ts'
import { type ConfigProps, withPrefix } from '../config/props.ts'
import type { Secrets } from '../config/secrets.ts'
import { invalidValue } from '../config/text.ts'
import {
  type ConfigProvider,
  type ConfigProviders,
  type ProvidedValues,
  resolveVariables,
} from '../config/variables.ts'
import type { ConfigProviderPlugin } from '../sdk/plugin.ts'
import type { PluginRegistry } from './plugins.ts'
import { listOf, type Props, propOf } from './props.ts'
import { settlesWithin } from './time-limit.ts'

/** Longest wait for values; whoever needs them waits too. */
const ANSWER_LIMIT_MS = 30_000

export interface ProviderDependencies {
  readonly plugins: PluginRegistry
  readonly logger: Logger
  readonly clock: Clock
  /** Gets to know every value that is given. */
  readonly secrets: Secrets
}

/**
 * The providers that `config.providers` of a worker names, each made from its
 * `config.providers.<name>.class` and `config.providers.<name>.param.*`. Variables in these stand for
 * values of the providers before it.
 * @throws ConnectError CONFIG_INVALID for an unknown class or a wrong parameter.
 */
export async function createProviders(
  worker: Props,
  deps: ProviderDependencies,
): Promise<ConfigProviders> {
  const providers = new Map<string, ConfigProvider>()
  for (const name of listOf(worker, 'config.providers')) {
    const className = propOf(worker, `config.providers.${name}.class`)
    if (className === null) continue
    const given = withPrefix(worker, `config.providers.${name}.param.`)
    const { props } = await resolveVariables(given, providers)
    providers.set(name, checked(name, await createProvider(name, className, props, deps), deps))
  }
  return providers
}

/** Tells all providers that the worker stops. */
export async function closeProviders(providers: ConfigProviders, logger: Logger): Promise<void> {
  for (const [name, provider] of providers) {
    try {
      await provider.close?.()
    } catch (error) {
      logger.warn(`Config provider ${name} could not be closed: ${messageOf(error)}`, error)
    }
  }
}

async function createProvider(
  name: string,
  className: string,
  given: ConfigProps,
  { plugins, logger }: ProviderDependencies,
): Promise<ConfigProvider> {
  const failed = (reason: string) =>
    invalidValue(
      `config.providers.${name}.class`,
      className,
      `Could not load config provider class or one of its dependencies: ${reason}`,
    )
  if (!plugins.entries(className).some(({ kind }) => kind === 'configprovider')) {
    throw failed('there is none of that name here, built in or on plugin.path')
  }
  const plugin = await plugins.find('configprovider', className).catch((cause: unknown) => {
    throw failed(messageOf(cause))
  })
  return plugin.create(parametersOf(name, plugin, given), {
    log: logger.named(plugin.class),
    given,
  })
}

function parametersOf(name: string, plugin: ConfigProviderPlugin, given: ConfigProps) {
  try {
    return parseConfig(plugin.config, given)
  } catch (cause) {
    const place = `config.providers.${name}.param`
    throw new ConnectError(`${place}: ${messageOf(cause)}`, { code: 'CONFIG_INVALID', cause })
  }
}

/** The same provider; what it can't do is told in its name, and its values are known as secrets. */
function checked(name: string, provider: ConfigProvider, deps: ProviderDependencies) {
  return {
    async get(path: string, keys: ReadonlySet<string>): Promise<ProvidedValues> {
      const answer = await asked(name, () => provider.get(path, keys), path, deps.clock)
      for (const [key, value] of Object.entries(answer.values)) {
        const place = path === '' ? key : `${path}:${key}`
        deps.secrets.note(value, `\${${name}:${place}}`)
      }
      return answer
    },
    close: () => provider.close?.(),
  }
}

/** @throws ConnectError CONFIG_INVALID */
async function asked(
  name: string,
  get: () => ProvidedValues | Promise<ProvidedValues>,
  path: string,
  clock: Clock,
): Promise<ProvidedValues> {
  try {
    const answer = Promise.resolve(get())
    if (!(await settlesWithin(answer, ANSWER_LIMIT_MS, clock))) {
      throw new TypeError(`no answer within ${ANSWER_LIMIT_MS} ms`)
    }
    const { values, ttlMs } = await answer
    const wrong = Object.entries(values).find(([, value]) => typeof value !== 'string')
    if (wrong !== undefined) throw new TypeError(`its value of ${wrong[0]} is not a text`)
    return { values, ttlMs: ttlMs ?? null }
  } catch (cause) {
    if (cause instanceof ConnectError) throw cause
    throw new ConnectError(
      `Config provider ${name} has no values for path '${path}': ${messageOf(cause)}`,
      { code: 'CONFIG_INVALID', cause },
    )
  }
}
