import type { ConfigProps } from './props.ts'

/** Values that a provider has for some keys of a path. */
export interface ProvidedValues {
  /** Keys it does not know are absent. */
  readonly values: Readonly<Record<string, string>>
  /** After this time the values have to be asked for again; null: they stay. */
  readonly ttlMs: number | null
}

/** Source of values for `${provider:path:key}`, such as a file of secrets. */
export interface ConfigProvider {
  /**
   * Called for each use of a variable, so that it gives the newest values.
   * @param path `''` where the variable has none.
   */
  get(path: string, keys: ReadonlySet<string>): ProvidedValues | Promise<ProvidedValues>
  /** The worker stops. */
  close?(): void | Promise<void>
}

export type ConfigProviders = ReadonlyMap<string, ConfigProvider>

export interface ResolvedProps<P extends ConfigProps = ConfigProps> {
  readonly props: P
  /** The shortest time after which a value has to be asked for again; null: never. */
  readonly ttlMs: number | null
}

/** Puts values in place of variables, every time asking the providers anew. */
export type Resolve = (props: ConfigProps) => Promise<ResolvedProps>

const VARIABLE = /\$\{([^}]*?):(?:([^}]*?):)?([^}]*?)\}/g

/**
 * Replaces `${provider:key}` and `${provider:path:key}` in all values, in one pass. Variables whose
 * provider or key is unknown stay as they are.
 */
export async function resolveVariables<P extends ConfigProps>(
  props: P,
  providers: ConfigProviders,
): Promise<ResolvedProps<P>> {
  const asked = await Promise.all(
    [...groupVariables(props)].map(async ([provider, paths]) => {
      const source = providers.get(provider)
      if (source === undefined) return []
      return Promise.all(
        [...paths].map(async ([path, keys]) => ({
          provider,
          path,
          ...(await source.get(path, keys)),
        })),
      )
    }),
  )
  const answers = asked.flat()
  const found = new Map(
    answers.map((answer) => [pathId(answer.provider, answer.path), answer.values]),
  )
  const replace = (text: string) =>
    text.replace(VARIABLE, (variable, provider: string, path: string | undefined, key: string) => {
      const values = found.get(pathId(provider, path ?? ''))
      return values !== undefined && Object.hasOwn(values, key) ? (values[key] ?? '') : variable
    })
  const resolved = Object.entries(props).map(([key, text]) => [key, text && replace(text)])
  const ttls = answers.flatMap(({ ttlMs }) => ttlMs ?? [])
  return {
    props: Object.fromEntries(resolved) as P,
    ttlMs: ttls.length === 0 ? null : Math.min(...ttls),
  }
}

export function hasVariables(text: string | null): boolean {
  return variablesIn(text).length > 0
}

export function variablesIn(text: string | null): readonly string[] {
  return text?.match(VARIABLE) ?? []
}

/** Keys by provider and path, so that each path is asked for once. */
function groupVariables(props: ConfigProps): Map<string, Map<string, Set<string>>> {
  const groups = new Map<string, Map<string, Set<string>>>()
  for (const text of Object.values(props)) {
    for (const [, provider = '', path = '', key = ''] of text?.matchAll(VARIABLE) ?? []) {
      const paths = groups.get(provider) ?? new Map<string, Set<string>>()
      groups.set(provider, paths.set(path, (paths.get(path) ?? new Set<string>()).add(key)))
    }
  }
  return groups
}

function pathId(provider: string, path: string): string {
  return `${provider}:${path}`
}
