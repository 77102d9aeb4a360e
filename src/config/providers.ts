import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { ConnectError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { parseProperties } from './properties-file.ts'
import { type ConfigProps, withPrefix } from './props.ts'
import { invalidValue } from './text.ts'
import type { ConfigProvider, ConfigProviders } from './variables.ts'

interface ProviderDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Logger
}

type ProviderFactory = (params: ConfigProps, deps: ProviderDeps) => ConfigProvider

const factories: ReadonlyMap<string, ProviderFactory> = new Map([
  ['FileConfigProvider', fileProvider],
  ['DirectoryConfigProvider', directoryProvider],
  ['EnvVarConfigProvider', envVarProvider],
])

const PACKAGE = 'org.apache.kafka.common.config.provider.'

/**
 * The providers that `config.providers` names, each made from its `config.providers.<name>.class`
 * and `config.providers.<name>.param.*`.
 * @throws ConnectError CONFIG_INVALID for an unknown class or a wrong parameter.
 */
export function createProviders(props: ConfigProps, deps: ProviderDeps): ConfigProviders {
  const names = (props['config.providers'] ?? '').split(',').map((name) => name.trim())
  const providers = new Map<string, ConfigProvider>()
  for (const name of names) {
    const classKey = `config.providers.${name}.class`
    const className = props[classKey]?.trim()
    if (className === undefined) continue
    const simple = className.startsWith(PACKAGE) ? className.slice(PACKAGE.length) : className
    const create = factories.get(simple) ?? factories.get(`${simple}ConfigProvider`)
    if (create === undefined) {
      const known = [...factories.keys()].join(', ')
      throw invalidValue(
        classKey,
        className,
        `Could not load config provider class or one of its dependencies; there are ${known}`,
      )
    }
    providers.set(name, create(withPrefix(props, `config.providers.${name}.param.`), deps))
  }
  return providers
}

/** `${file:/path.properties:key}`: a key of a properties file in UTF-8. */
function fileProvider(params: ConfigProps, { log }: ProviderDeps): ConfigProvider {
  const isAllowed = allowedPaths(params, log)
  return {
    async get(path, keys) {
      if (path === '' || !isAllowed(path)) return nothing
      try {
        return pick(parseProperties(await readFile(path, 'utf8')), keys)
      } catch (cause) {
        throw failure(`Could not read properties from file ${path}`, cause)
      }
    },
  }
}

/** `${dir:/path:name}`: the content of a regular file in a folder. */
function directoryProvider(params: ConfigProps, { log }: ProviderDeps): ConfigProvider {
  const isAllowed = allowedPaths(params, log)
  return {
    async get(path, keys) {
      if (path === '' || !isAllowed(path)) return nothing
      const isFolder = await stat(path).then(
        (stats) => stats.isDirectory(),
        () => false,
      )
      if (!isFolder) {
        log.warn(`The path ${path} is not a directory`)
        return nothing
      }
      const values: Record<string, string> = {}
      for (const name of await readdir(path)) {
        if (keys.has(name)) Object.assign(values, await fileContent(path, name))
      }
      return { values, ttlMs: null }
    },
  }
}

async function fileContent(folder: string, name: string): Promise<Record<string, string>> {
  const path = join(folder, name)
  try {
    return (await stat(path)).isFile() ? { [name]: await readFile(path, 'utf8') } : {}
  } catch (cause) {
    throw failure(`Could not read file ${path} for property ${name}`, cause)
  }
}

/** `${env:NAME}`: variables whose whole name matches `allowlist.pattern`, all by default. */
function envVarProvider(params: ConfigProps, { env }: ProviderDeps): ConfigProvider {
  const pattern = envPattern(params['allowlist.pattern'] ?? '.*')
  const allowed = Object.entries(env).filter(([name]) => pattern.test(name))
  const variables = Object.fromEntries(allowed.map(([name, value]) => [name, value ?? '']))
  return {
    get(path, keys) {
      if (path !== '') {
        const message = `Path is not supported for EnvVarConfigProvider, invalid value '${path}'`
        throw new ConnectError(message, { code: 'CONFIG_INVALID' })
      }
      return pick(variables, keys)
    },
  }
}

function envPattern(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 'su')
  } catch (cause) {
    throw failure(`allowlist.pattern is not a valid pattern: ${source}`, cause)
  }
}

const nothing = { values: {}, ttlMs: null }

function pick(values: Readonly<Record<string, string>>, keys: ReadonlySet<string>) {
  const found = Object.entries(values).filter(([key]) => keys.has(key))
  return { values: Object.fromEntries(found), ttlMs: null }
}

/** Tells whether a path is within `allowed.paths`; all are when the parameter is absent. */
function allowedPaths(params: ConfigProps, log: Logger): (path: string) => boolean {
  const allowed = (params['allowed.paths'] ?? '').split(',').filter((path) => path !== '')
  for (const path of allowed) {
    if (!isAbsolute(path)) throw failure(`Path ${path} is not absolute`)
    if (!existsSync(path)) throw failure(`Path ${path} does not exist`)
  }
  return (path) => {
    const inside = (folder: string) => !/^\.\.(?:\/|$)/.test(relative(folder, path))
    const isAllowed = allowed.length === 0 || allowed.some(inside)
    if (!isAllowed) log.warn(`The path ${path} is not within allowed.paths of the config provider`)
    return isAllowed
  }
}

function failure(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID', cause })
}
