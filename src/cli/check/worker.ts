import { systemClock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ConfigDefinition } from '../../config/definition.ts'
import { Secrets } from '../../config/secrets.ts'
import { resolveVariables } from '../../config/variables.ts'
import { workerKeyNotices } from '../../runtime/config/client-key-notices.ts'
import { createOverridePolicy } from '../../runtime/config/override-policy.ts'
import { createProviders } from '../../runtime/config-providers.ts'
import { scanPluginPath } from '../../runtime/plugin-loader.ts'
import { createPluginRegistry } from '../../runtime/plugin-registry.ts'
import type { PluginRegistry } from '../../runtime/plugins.ts'
import { listOf, type Props } from '../../runtime/props.ts'
import {
  distributedConfig,
  standaloneConfig,
  unknownWorkerKeys,
} from '../../runtime/worker-config.ts'
import { builtinPlugins } from '../builtin.ts'
import { type Finding, failure, unresolved, warning } from './finding.ts'
import { clientFindings, invalidKeys, listenerFindings, membershipFindings } from './parts.ts'

/** A worker as its file asks for it, nothing started. */
export interface CheckedWorker {
  readonly mode: 'standalone' | 'distributed'
  readonly findings: readonly Finding[]
  readonly plugins: PluginRegistry
  /** Variables resolved. */
  readonly props: Props
  /** What providers gave is shown by its variable. */
  hide(text: string): string
  resolve(props: Props): Promise<Props>
}

/** Checks a worker's properties. Reads the files and folders that they name; calls nobody. */
export async function checkWorker(given: Props, log: Logger): Promise<CheckedWorker> {
  const isDistributed = 'group.id' in given || 'config.storage.topic' in given
  const definition: ConfigDefinition = isDistributed ? distributedConfig : standaloneConfig
  const path = scanPluginPath(listOf(given, 'plugin.path'))
  const plugins = createPluginRegistry([...builtinPlugins, ...path.entries])
  const { resolve, hide, findings: ofVariables } = await resolver(given, plugins, log)
  const resolved = await resolve(given).catch((error: unknown) => {
    ofVariables.push(failure('config.providers', messageOf(error)))
    return given
  })
  const classes = (name: string) => plugins.entries(name)[0]?.class ?? null
  const invalid = withoutRepeated([
    ...invalidKeys(definition, resolved, classes),
    ...(isDistributed ? membershipFindings(resolved, classes) : []),
    ...clientFindings(resolved),
    ...listenerFindings(resolved),
  ])
  return {
    mode: isDistributed ? 'distributed' : 'standalone',
    plugins,
    props: resolved,
    resolve,
    hide,
    findings: [
      ...ofVariables,
      ...unresolved(resolved),
      ...invalid,
      ...extensionFindings(resolved, plugins),
      ...(await policyFindings(resolved, plugins)),
      ...path.problems.map((problem) => warning('plugin.path', problem)),
      ...unknownWorkerKeys(definition, given).map((problem) => warning(null, problem)),
      ...workerKeyNotices(given, definition.keys).map(({ key, level, message }) =>
        level === 'refused' ? failure(key, message) : warning(key, message),
      ),
    ],
  }
}

/** Variables of providers that can't be made stay as they are. */
async function resolver(given: Props, plugins: PluginRegistry, logger: Logger) {
  const findings: Finding[] = []
  const secrets = new Secrets()
  const deps = { plugins, logger, clock: systemClock, secrets }
  const usable: string[] = []
  for (const name of listOf(given, 'config.providers')) {
    const names = [...usable, name].join(',')
    try {
      await createProviders({ ...given, 'config.providers': names }, deps)
      usable.push(name)
    } catch (error) {
      findings.push(failure(`config.providers.${name}`, messageOf(error)))
    }
  }
  const providers = await createProviders({ ...given, 'config.providers': usable.join(',') }, deps)
  const resolve = async (props: Props) => (await resolveVariables(props, providers)).props
  return { findings, resolve, hide: (text: string) => secrets.hide(text) }
}

/** Parts of a worker that read the same setting find the same in it: the first one tells. */
function withoutRepeated(findings: readonly Finding[]): readonly Finding[] {
  const byMessage = new Map(findings.toReversed().map((finding) => [finding.message, finding]))
  return findings.filter((finding) => byMessage.get(finding.message) === finding)
}

function extensionFindings(props: Props, plugins: PluginRegistry): readonly Finding[] {
  const key = 'rest.extension.classes'
  return listOf(props, key)
    .filter((name) => !plugins.entries(name).some(({ kind }) => kind === 'rest_extension'))
    .map((name) => failure(key, `${name} is a Java class, and there is none of that name here`))
}

async function policyFindings(props: Props, plugins: PluginRegistry): Promise<readonly Finding[]> {
  try {
    await createOverridePolicy(plugins, props)
    return []
  } catch (error) {
    return [failure('connector.client.config.override.policy', messageOf(error))]
  }
}
