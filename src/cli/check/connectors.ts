import { messageOf } from '../../base/errors.ts'
import type { ConnectorValidator } from '../../cluster/validation/connector-validator.ts'
import { suspectProperties } from '../../cluster/validation/suspect-properties.ts'
import type { ConfigProps } from '../../config/props.ts'
import { overrideNotices } from '../../runtime/config/client-key-notices.ts'
import type { PluginRegistry } from '../../runtime/plugins.ts'
import type { Props } from '../../runtime/props.ts'
import { readConnectorFile } from '../connector-file.ts'
import { readBytes } from '../read-file.ts'
import { type Finding, failure, type Section, unresolved, warning } from './finding.ts'

export interface ConnectorChecks {
  readonly plugins: PluginRegistry
  /** null: the worker's own settings are too wrong for connectors to be checked by them. */
  readonly validator: ConnectorValidator | null
  resolve(props: Props): Promise<Props>
}

/** Checks the connectors of a file: one, or all of a cluster as `GET /connectors?expand=info` has them. */
export async function checkConnectors(
  file: string,
  checks: ConnectorChecks,
): Promise<readonly Section[]> {
  const sections: Section[] = []
  for (const { name, config } of await connectorsOf(file)) {
    sections.push({
      title: `${name} (${file})`,
      findings: await connectorFindings(config, checks),
    })
  }
  return sections
}

interface Named {
  readonly name: string
  readonly config: ConfigProps
}

async function connectorsOf(file: string): Promise<readonly Named[]> {
  return expanded((await readBytes(file)).toString()) ?? [await readConnectorFile(file)]
}

/** @returns null for another format. */
function expanded(text: string): readonly Named[] | null {
  try {
    const answer = JSON.parse(text) as Readonly<Record<string, { info?: { config?: ConfigProps } }>>
    const connectors = Object.entries(answer).map(([name, value]) => {
      const config = value.info?.config
      return config === undefined ? null : { name, config }
    })
    return connectors.every((connector) => connector !== null) ? connectors : null
  } catch {
    return null
  }
}

async function connectorFindings(
  config: ConfigProps,
  { plugins, validator, resolve }: ConnectorChecks,
): Promise<readonly Finding[]> {
  const name = config['connector.class'] ?? null
  if (name === null) return [failure('connector.class', 'it is missing')]
  if (!plugins.entries(name).some(isConnector)) {
    return [unknownConnector(name, plugins), ...unknownClasses(config, plugins)]
  }
  if (validator === null) {
    return [warning(null, "not checked but for its class: the worker's own settings come first")]
  }
  try {
    const resolved = await resolve(config as Props)
    const infos = await validator.validate(resolved)
    const notices = overrideNotices(config).filter(({ level }) => level === 'warned')
    return [
      ...unresolved(resolved),
      ...infos.configs.flatMap(({ value }) =>
        (value?.errors ?? []).map((error) => failure(value?.name ?? null, error)),
      ),
      ...suspectProperties(config, infos).map((problem) => warning(null, problem)),
      ...notices.map(({ key, message }) => warning(key, message)),
    ]
  } catch (error) {
    return [failure(null, messageOf(error))]
  }
}

function unknownConnector(name: string, plugins: PluginRegistry): Finding {
  const known = plugins.list().filter(isConnector)
  const names = known.map((entry) => entry.class.slice(entry.class.lastIndexOf('.') + 1))
  return failure(
    'connector.class',
    `there is no ${name} here; there are ${[...new Set(names)].join(', ')}`,
  )
}

const classKeys = /^(?:(?:key|value|header)\.converter|(?:transforms|predicates)\.[^.]+\.type)$/

/** What nobody looks at in a connector that can't be validated. */
function unknownClasses(config: ConfigProps, plugins: PluginRegistry): readonly Finding[] {
  return Object.entries(config).flatMap(([key, name]) =>
    name !== null && classKeys.test(key) && plugins.entries(name).length === 0
      ? failure(key, `there is no ${name} here`)
      : [],
  )
}

function isConnector({ kind }: { readonly kind: string }): boolean {
  return kind === 'source' || kind === 'sink'
}
