import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startBroker } from '../src/broker/index.ts'
import { runBrokerMatrix } from '../test/clients/broker-matrix.ts'
import { startApacheKafka } from '../test/helpers/apache-kafka.ts'
import { startApicurio } from '../test/helpers/apicurio.ts'
import { leftovers, suiteVariable } from './leftovers.ts'
import { addCounts, type Counts, noTests, runTestFiles } from './test-files.ts'

interface Suite {
  readonly name: string
  run(): Promise<Counts>
}

interface Result extends Counts {
  readonly suite: string
  readonly seconds: number
}

const root = dirname(import.meta.dirname)
/** Number of the day. */
const today = Math.floor(Date.now() / 86_400_000)
const separate = ['test/kafka/**', 'test/integration/**', 'test/registry/**', 'test/package/**']

const unit: Suite = {
  name: 'unit',
  run: () => runTestFiles(filesOf('test/**/*.test.ts', separate), availableParallelism()),
}
const types: Suite = { name: 'types', run: () => runCommand(['tsc', '-p', 'tsconfig.check.json']) }
const embedded: Suite = {
  name: 'integration on the embedded broker',
  run: () => runOn('embedded', filesOf('test/integration/**/*.test.ts', [])),
}
/** What takes long: another third of it each day. CI runs all on Apache Kafka. */
const embeddedOfToday: Suite = {
  name: embedded.name,
  run() {
    const long =
      'test/integration/{failures/*,conformance/outage,distributed-{cluster,life},exactly-once*,offsets-topic,thousand-connectors,threads,blocking-checks,native-code}.test.ts'
    const ofToday = filesOf(long, []).filter((_, index) => index % 3 === today % 3)
    const others = filesOf('test/integration/**/*.test.ts', [long])
    return runOn('embedded', [...ofToday, ...others])
  },
}
const kafka: Suite = {
  name: 'kafka',
  async run() {
    const shared = await runOn('apache', filesOf('test/integration/**/*.test.ts', []))
    return addCounts(shared, await runOn('apache', filesOf('test/kafka/**/*.test.ts', []), 1))
  },
}
const registry: Suite = {
  name: 'schema registry',
  async run() {
    const apicurio = await startApicurio()
    process.env['MILLRACE_TEST_REGISTRY'] = apicurio.url
    try {
      return await runOn('embedded', filesOf('test/registry/**/*.test.ts', []))
    } finally {
      delete process.env['MILLRACE_TEST_REGISTRY']
      await apicurio.stop()
    }
  },
}
/** `npm run test:broker -- kafkajs` runs the clients alone whose name has this in it. */
const chosenClients = process.argv[3]
const clients: Suite = {
  name: 'clients on both brokers',
  run: async () => ({ ...noTests, ...(await runBrokerMatrix(chosenClients)) }),
}
const javaSuites: Suite = {
  name: 'suites with Java on the embedded broker',
  run: () => runOn('embedded', filesWithJava()),
}
/** Another one each day, as all would take too long for every change. */
const javaSuiteOfToday: Suite = {
  name: 'a suite with Java on the embedded broker',
  run() {
    const files = filesWithJava()
    return runOn('embedded', [files[today % files.length] ?? ''])
  },
}
/** Properties once more, and more often. */
const properties: Suite = {
  name: 'properties',
  async run() {
    process.env['MILLRACE_TEST_RUNS'] = '20000'
    const counts = await runTestFiles(filesOf('test/fuzz/**/*.test.ts', []), 1)
    delete process.env['MILLRACE_TEST_RUNS']
    return counts
  },
}
const packaged: Suite = {
  name: 'package',
  run: () => runTestFiles(filesOf('test/package/**/*.test.ts', []), 1),
}

/** What each argument of this script runs; none is `npm test`. */
const selections: Readonly<Record<string, readonly Suite[]>> = {
  unit: [types, unit, embeddedOfToday],
  kafka: [kafka],
  broker: chosenClients === undefined ? [clients, javaSuiteOfToday] : [clients],
  registry: [registry],
  package: [packaged],
  all: [types, unit, properties, embedded, kafka, clients, javaSuites, registry, packaged],
}

/** @param concurrency 1 for files that start brokers of Java: side by side that takes too long. */
async function runOn(
  kind: 'embedded' | 'apache',
  files: readonly string[],
  concurrency = availableParallelism(),
): Promise<Counts> {
  // Records stay: tests write some that are years old.
  const settings = { 'log.retention.ms': '-1' }
  const broker = await (kind === 'embedded' ? startBroker({ settings }) : startApacheKafka())
  process.env['MILLRACE_TEST_BROKER'] = kind
  process.env['MILLRACE_TEST_BOOTSTRAP'] = broker.bootstrap
  try {
    return await runTestFiles(files, concurrency)
  } finally {
    delete process.env['MILLRACE_TEST_BROKER']
    delete process.env['MILLRACE_TEST_BOOTSTRAP']
    await broker.stop()
  }
}

function filesOf(pattern: string, exclude: readonly string[]): string[] {
  return globSync(pattern, { cwd: root, exclude: [...exclude] })
    .sort((a, b) => (a < b ? -1 : 1))
    .map((file) => join(root, file))
}

/** Suites that start programs of Apache Kafka beside the broker. */
function filesWithJava(): string[] {
  return filesOf('test/kafka/{*,conformance/{java-clients,transactions}}.test.ts', [])
}

/** A command that counts as one test. */
function runCommand([command = '', ...args]: readonly string[]): Promise<Counts> {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const passed = status === 0 ? 1 : 0
  return Promise.resolve({ ...noTests, tests: 1, passed, failed: 1 - passed })
}

/** Runs a suite; a process that it leaves behind is a failure. */
async function runSuite(suite: Suite): Promise<Result> {
  console.log(`── ${suite.name}`)
  const mark = `${process.pid}-${suite.name}`
  process.env[suiteVariable] = mark
  const start = performance.now()
  let counts = await suite.run()
  const seconds = (performance.now() - start) / 1000
  delete process.env[suiteVariable]
  const left = await remaining(mark)
  for (const command of left) console.log(`✖ ${suite.name} left a process running: ${command}`)
  if (left.length > 0) counts = addCounts(counts, { ...noTests, failed: left.length })
  console.log(
    `── ${suite.name}: ${counts.passed} of ${counts.tests} passed, ${seconds.toFixed(1)} s\n`,
  )
  return { ...counts, suite: suite.name, seconds }
}

/** Children of a killed process need a moment to end, on a busy machine a long one. */
async function remaining(mark: string): Promise<readonly string[]> {
  const deadline = Date.now() + 30_000
  while (leftovers(mark).length > 0 && Date.now() < deadline) await setTimeout(100)
  return leftovers(mark)
}

function writeReport(results: readonly Result[]): void {
  const rows = results.map(
    ({ suite, tests, passed, failed, skipped, todo, seconds }) =>
      `| ${suite} | ${tests} | ${passed} | ${failed} | ${skipped} | ${todo} | ${seconds.toFixed(1)} |`,
  )
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  })
  const file = join(root, 'docs/reference/test-report.md')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(
    file,
    [
      '# Test report',
      '',
      `Written by \`npm run test:all\` on ${new Date().toISOString().slice(0, 10)} at commit`,
      `${commit.trim()}, Node ${process.version}, ${process.platform} ${process.arch}.`,
      '',
      '| suite | tests | passed | failed | skipped | to do | seconds |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n'),
  )
}

const selection = process.argv[2] ?? 'unit'
const suites = Object.hasOwn(selections, selection) ? selections[selection] : undefined
if (suites === undefined) {
  console.error(`no suite '${selection}': one of ${Object.keys(selections).join(', ')}`)
  process.exit(1)
}
// Minutes, so that `npm test` has a few only. What is drawn is drawn anew; elsewhere it is always the same.
if (selection === 'all') {
  process.env['MILLRACE_TEST_SEED'] ??= String(Date.now() % 2 ** 31)
  process.env['MILLRACE_TEST_KILLS'] ??= '100'
  process.env['MILLRACE_TEST_CONNECTORS'] ??= '1000'
}
const results: Result[] = []
for (const suite of suites) results.push(await runSuite(suite))
if (selection === 'all') writeReport(results)
const total = results.reduce(addCounts, noTests)
console.log(
  `ℹ tests ${total.tests}\nℹ pass ${total.passed}\nℹ fail ${total.failed}\nℹ skipped ${total.skipped}\nℹ todo ${total.todo}`,
)
if (total.failed > 0 || total.passed === 0) process.exitCode = 1
