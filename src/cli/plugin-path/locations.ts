import { existsSync } from 'node:fs'
import { parseValue } from '../../config/parse.ts'
import { packagesAt } from '../../runtime/plugin-loader.ts'
import { propOf } from '../../runtime/props.ts'
import { UsageError } from '../command.ts'
import { readProperties } from '../read-file.ts'
import { KnownFailure } from './known-failure.ts'

/** Options as they were given. */
export interface Places {
  readonly 'plugin-location'?: readonly string[] | undefined
  readonly 'plugin-path'?: readonly string[] | undefined
  readonly 'worker-config'?: readonly string[] | undefined
}

/**
 * Folders of all packages in these places, each once. What can't be used there is told on standard
 * error.
 * @throws UsageError without any; KnownFailure for a place that isn't there or can't be read.
 */
export async function locationsOf(places: Places): Promise<readonly string[]> {
  const locations = places['plugin-location'] ?? []
  const paths = places['plugin-path'] ?? []
  const workers = places['worker-config'] ?? []
  if (locations.length + paths.length + workers.length === 0) {
    throw new UsageError(
      'Must specify at least one --plugin-location, --plugin-path, or --worker-config',
    )
  }
  const missing = locations.find((location) => !existsSync(location))
  if (missing !== undefined) {
    throw new KnownFailure(`Specified location ${missing} does not exist`)
  }
  const problems: string[] = []
  const elements = [...locations, ...paths.flatMap((path) => elementsOf('--plugin-path', path))]
  for (const file of workers) elements.push(...(await elementsOfWorker(file)))
  const packages = elements.flatMap((element) => packagesAt(element, problems))
  for (const problem of problems) console.error(problem)
  return [...new Set(packages)]
}

async function elementsOfWorker(file: string): Promise<readonly string[]> {
  const props = await readProperties(file).catch((cause: unknown) => {
    throw new KnownFailure(`Unable to read worker config at ${file}`, { cause })
  })
  const path = propOf(props, 'plugin.path')
  return path === null ? [] : elementsOf('plugin.path', path)
}

function elementsOf(option: string, path: string): readonly string[] {
  const elements = parseValue(option, path, 'list') as readonly string[]
  if (elements.length === 0) throw new KnownFailure(`'${option}' must not be empty.`)
  if (elements.includes('')) throw new KnownFailure(`'${option}' values must not be empty.`)
  return elements
}
