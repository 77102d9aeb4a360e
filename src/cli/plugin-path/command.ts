import { parseArgs } from 'node:util'
import { messageOf } from '../../base/errors.ts'
import { type Command, isUsageError, UsageError } from '../command.ts'
import { KnownFailure } from './known-failure.ts'
import { listPlugins } from './list.ts'
import { locationsOf } from './locations.ts'
import { syncManifests } from './sync-manifests.ts'

const EXIT_USAGE = 1
const EXIT_KNOWN_FAILURE = 2
const EXIT_OTHER_FAILURE = 3

const options = {
  'plugin-location': { type: 'string', multiple: true },
  'plugin-path': { type: 'string', multiple: true },
  'worker-config': { type: 'string', multiple: true },
} as const
const syncOptions = {
  ...options,
  'dry-run': { type: 'boolean' },
  'keep-not-found': { type: 'boolean' },
} as const

export const pluginPath = commandNamed('millrace plugin-path', 'Usage', 0)
/** Apache's command of that name: its arguments, columns and exit codes. */
export const connectPluginPath = commandNamed('connect-plugin-path', 'usage', EXIT_USAGE)

function commandNamed(name: string, label: string, helpExitCode: 0 | 1): Command {
  const usage = `${label}: ${name} [-h] {list,sync-manifests} ...`
  return {
    help: helpOf(usage),
    helpExitCode,
    async run(args) {
      try {
        await runSubcommand(args)
        return 0
      } catch (error) {
        if (isUsageError(error)) {
          console.error(`${usage}\n${name}: error: ${messageOf(error)}`)
          return EXIT_USAGE
        }
        console.error(messageOf(error))
        return error instanceof KnownFailure ? EXIT_KNOWN_FAILURE : EXIT_OTHER_FAILURE
      }
    },
  }
}

async function runSubcommand([subcommand, ...args]: readonly string[]): Promise<void> {
  switch (subcommand) {
    case undefined:
      throw new UsageError('too few arguments')
    case 'list': {
      const { values } = parseArgs({ args, options })
      await listPlugins(await locationsOf(values))
      return
    }
    case 'sync-manifests': {
      const { values } = parseArgs({ args, options: syncOptions })
      await syncManifests(await locationsOf(values), {
        dryRun: values['dry-run'] === true,
        keepNotFound: values['keep-not-found'] === true,
      })
      return
    }
    default:
      throw new UsageError(`invalid choice: '${subcommand}' (choose from 'list', 'sync-manifests')`)
  }
}

function helpOf(usage: string): string {
  return [
    usage,
    '',
    'Manages the plug-ins of plugin.path.',
    '',
    '  list            print all plug-ins, their versions, and whether they can be loaded',
    '  sync-manifests  write into the package.json of packages which plug-ins they export',
    '',
    'Where to look; each may be given more than once:',
    '  --plugin-location LOCATION   one package',
    '  --plugin-path PATHS          folders of packages, commas between',
    '  --worker-config FILE         the plugin.path of a worker',
    '',
    'Of sync-manifests:',
    '  --dry-run                    only tell what would be written',
    '  --keep-not-found             keep plug-ins in manifests that can not be loaded',
    '',
    'A worker finds plug-ins by manifest alone, so that packages without one are not listed: see',
    'sync-manifests. Built-in plug-ins are in no package; a worker lists all that it has at',
    '/connector-plugins?connectorsOnly=false. Java plug-ins are named on standard error. Ends with 0;',
    'with 1 for wrong arguments, with 2 when a place can not be read or written, with 3 for anything',
    'else.',
  ].join('\n')
}
