import { messageOf } from '../base/errors.ts'
import { millraceVersion } from '../base/version.ts'
import { type Command, isUsageError } from './command.ts'

interface Entry {
  /** null: not listed in the help, as it is Apache's command under Apache's name. */
  readonly summary: string | null
  /** Commands load on their own, so that `consume` does not wait for a worker's parts. */
  load(): Promise<Command>
}

const commands: Readonly<Record<string, Entry>> = {
  quickstart: {
    summary: 'see it at work: a broker, a worker and two files, nothing else needed',
    load: async () => (await import('./quickstart/command.ts')).quickstart,
  },
  standalone: {
    summary: 'run connectors in one process, as files say or over REST',
    load: async () => (await import('./standalone.ts')).standalone,
  },
  distributed: {
    summary: 'run one worker of a cluster that shares connectors',
    load: async () => (await import('./distributed.ts')).distributed,
  },
  check: {
    summary: 'tell what of a Kafka Connect set-up will not work here, before switching',
    load: async () => (await import('./check/command.ts')).check,
  },
  'plugin-path': {
    summary: 'list the plug-ins of plugin.path, write their manifests',
    load: async () => (await import('./plugin-path/command.ts')).pluginPath,
  },
  restore: {
    summary: 'bring a cluster back whose internal topics were deleted',
    load: async () => (await import('./restore.ts')).restore,
  },
  broker: {
    summary: 'run a Kafka broker, one node, for development and tests',
    load: async () => (await import('./broker.ts')).broker,
  },
  consume: {
    summary: 'print the records of a topic',
    load: async () => (await import('./consume.ts')).consume,
  },
  produce: {
    summary: 'write lines of standard input to a topic',
    load: async () => (await import('./produce.ts')).produce,
  },
  'connect-standalone': {
    summary: null,
    load: async () => (await import('./standalone.ts')).connectStandalone,
  },
  'connect-distributed': {
    summary: null,
    load: async () => (await import('./distributed.ts')).connectDistributed,
  },
  'connect-plugin-path': {
    summary: null,
    load: async () => (await import('./plugin-path/command.ts')).connectPluginPath,
  },
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview())
    return name === undefined ? 1 : 0
  }
  if (name === '--version') {
    console.log(`millrace ${millraceVersion}`)
    return 0
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (entry === undefined) return wrongUsage(`there is no command '${name}'`, 'millrace --help')
  return await run(name, await entry.load(), rest)
}

async function run(name: string, command: Command, args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help)
    return command.helpExitCode
  }
  try {
    return await command.run(args)
  } catch (error) {
    if (isUsageError(error)) return wrongUsage(messageOf(error), `millrace ${name} --help`)
    console.error(`millrace ${name}: ${messageOf(error)}`)
    return 2
  }
}

function wrongUsage(message: string, help: string): number {
  console.error(`millrace: ${message}\nSee '${help}'.`)
  return 1
}

function overview(): string {
  const listed = Object.entries(commands).flatMap(([name, { summary }]) =>
    summary === null ? [] : [`  ${name.padEnd(12)} ${summary}`],
  )
  return [
    'Usage: millrace COMMAND [ARGUMENTS]',
    '',
    'Millrace is Kafka Connect for Node.js.',
    '',
    ...listed,
    '',
    "'millrace COMMAND --help' tells more of a command; 'millrace --version' prints the version.",
    "Apache's names are there too: bin/connect-standalone, connect-distributed, connect-plugin-path.",
  ].join('\n')
}

const code = await main(process.argv.slice(2))
// What was printed has to reach a slow reader first.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise((resolve) => stream.write('', resolve))
}
// Not by itself: a start that was interrupted or failed may still hold connections.
process.exit(code)
