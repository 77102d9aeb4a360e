import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import {
  ConnectError,
  connectVersion,
  defineConfig,
  defineConfigProvider,
  javaWholePattern,
  type Logger,
  type ProvidedValues,
  parseProperties,
} from '../sdk/index.ts'

const PACKAGE = 'org.apache.kafka.common.config.provider.'

const nothing: ProvidedValues = { values: {}, ttlMs: null }

const pathsConfig = defineConfig({
  'allowed.paths': {
    type: 'list',
    default: [],
    importance: 'high',
    doc: 'Absolute paths of what may be read, with all below them; everything when empty.',
  },
})

/** `${file:/path.properties:key}`: a key of a properties file in UTF-8. */
export const fileProvider = pathProvider('FileConfigProvider', async (path, keys) => {
  try {
    return pick(parseProperties(await readFile(path, 'utf8')), keys)
  } catch (cause) {
    throw failure(`Could not read properties from file ${path}`, cause)
  }
})

/** `${dir:/path:name}`: the content of a regular file in a folder. */
export const directoryProvider = pathProvider(
  'DirectoryConfigProvider',
  async (path, keys, log) => {
    if (!(await isFolder(path))) {
      log.warn(`The path ${path} is not a directory`)
      return nothing
    }
    const values: Record<string, string> = {}
    for (const name of await namesIn(path)) {
      if (keys.has(name)) Object.assign(values, await fileContent(path, name))
    }
    return { values, ttlMs: null }
  },
)

/** `${env:NAME}`: variables whose whole name matches `allowlist.pattern`, all by default. */
export const envVarProvider = defineConfigProvider({
  class: `${PACKAGE}EnvVarConfigProvider`,
  version: connectVersion,
  config: defineConfig({
    'allowlist.pattern': {
      type: 'string',
      default: '.*',
      importance: 'low',
      doc: 'Java pattern that the whole name of a variable must match.',
    },
  }),
  create({ 'allowlist.pattern': source }) {
    const pattern = javaWholePattern(source)
    const allowed = Object.entries(process.env).filter(([name]) => pattern.test(name))
    const variables = Object.fromEntries(allowed.map(([name, value]) => [name, value ?? '']))
    return {
      get(path, keys) {
        if (path === '') return pick(variables, keys)
        throw failure(`Path is not supported for EnvVarConfigProvider, invalid value '${path}'`)
      },
    }
  },
})

/** A provider that reads what its paths name, where `allowed.paths` lets it. */
function pathProvider(
  name: string,
  read: (path: string, keys: ReadonlySet<string>, log: Logger) => Promise<ProvidedValues>,
) {
  return defineConfigProvider({
    class: PACKAGE + name,
    version: connectVersion,
    config: pathsConfig,
    create({ 'allowed.paths': paths }, { log }) {
      const isAllowed = allowedPaths(paths, log)
      return {
        get: async (path, keys) =>
          path === '' || !isAllowed(path) ? nothing : read(path, keys, log),
      }
    },
  })
}

function pick(values: Readonly<Record<string, string>>, keys: ReadonlySet<string>) {
  const found = Object.entries(values).filter(([key]) => keys.has(key))
  return { values: Object.fromEntries(found), ttlMs: null }
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null)
  return stats?.isDirectory() === true
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    throw failure(`Could not list directory ${folder}`, cause)
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

/** Tells whether a path is within those that are allowed; all are when there are none. */
function allowedPaths(paths: readonly string[], log: Logger): (path: string) => boolean {
  const allowed = paths.filter((path) => path !== '')
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
