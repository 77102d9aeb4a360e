import { parseArgs, styleText } from 'node:util'
import { messageOf } from '../../base/errors.ts'
import { createPluginCode } from '../../cluster/plugin-code.ts'
import {
  type ConnectorValidator,
  createConnectorValidator,
} from '../../cluster/validation/connector-validator.ts'
import { createOverridePolicy } from '../../runtime/config/override-policy.ts'
import { parseDistributedConfig, parseStandaloneConfig } from '../../runtime/worker-config.ts'
import { type Command, UsageError } from '../command.ts'
import { processLogging } from '../process-logging.ts'
import { readProperties } from '../read-file.ts'
import { checkConnectors } from './connectors.ts'
import { failure, type Section } from './finding.ts'
import { type CheckedWorker, checkWorker } from './worker.ts'

/** As `diff` and linters: something was found. */
const EXIT_FOUND = 1

export const check: Command = {
  help: [
    'Usage: millrace check WORKER.properties [CONNECTORS ...]',
    '',
    'Tells what of a Kafka Connect set-up will not work in Millrace, or has no effect there. Nothing is',
    'started and nobody is called, but for the files that the properties name.',
    '',
    'CONNECTORS are files as connect-standalone takes them, or what a running cluster answers to:',
    '',
    "  curl -s 'http://HOST:8083/connectors?expand=info' > connectors.json",
    '',
    'Ends with 0 when all of it will work, with 1 when something will not.',
  ].join('\n'),
  helpExitCode: 0,
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
    const [workerFile, ...connectorFiles] = positionals
    if (workerFile === undefined) throw new UsageError('which worker file?')
    const { sections, hide } = await checkAll(workerFile, connectorFiles)
    for (const section of sections) console.log(hide(textOf(section)))
    const levels = sections.flatMap(({ findings }) => findings.map(({ level }) => level))
    const errors = levels.filter((level) => level === 'error').length
    console.log(summary(errors, levels.length - errors, sections.length - 1))
    return errors === 0 ? 0 : EXIT_FOUND
  },
}

async function checkAll(workerFile: string, connectorFiles: readonly string[]) {
  const { logger } = processLogging('OFF', process.stderr)
  const worker = await checkWorker(await readProperties(workerFile), logger)
  const { plugins, resolve, hide } = worker
  const checks = { plugins, resolve, validator: await validatorOf(worker) }
  const sections: Section[] = [
    { title: `${workerFile} (${worker.mode} worker)`, findings: worker.findings },
  ]
  for (const file of connectorFiles) {
    try {
      sections.push(...(await checkConnectors(file, checks)))
    } catch (error) {
      sections.push({ title: file, findings: [failure(null, messageOf(error))] })
    }
  }
  return { sections, hide }
}

async function validatorOf({
  mode,
  plugins,
  props,
}: CheckedWorker): Promise<ConnectorValidator | null> {
  const classes = (name: string) => plugins.entries(name)[0]?.class ?? null
  const parse = mode === 'distributed' ? parseDistributedConfig : parseStandaloneConfig
  try {
    const worker = parse(props, classes)
    const overrides = await createOverridePolicy(plugins, props)
    return createConnectorValidator({ code: createPluginCode(plugins), worker, overrides })
  } catch {
    return null
  }
}

const marks = { error: styleText('red', '✖'), warning: styleText('yellow', '!') }

function textOf({ title, findings }: Section): string {
  const lines = findings.map(({ level, key, message }) => {
    const isNamed = key === null || message.includes(key)
    return `  ${marks[level]} ${isNamed ? '' : `${key}: `}${message}`
  })
  return [title, ...(lines.length === 0 ? [`  ${styleText('green', '✔')} works`] : lines)].join(
    '\n',
  )
}

function summary(errors: number, warnings: number, connectors: number): string {
  const found =
    errors + warnings === 0
      ? 'nothing to change'
      : `${errors} to change before switching, ${warnings} without effect`
  return `\nThe worker and ${connectors} connector${connectors === 1 ? '' : 's'}: ${found}.`
}
