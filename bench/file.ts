import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startApacheKafka } from '../test/helpers/apache-kafka.ts'
import { digestOf, LINE_BYTES, writeLines } from './input.ts'
import { installMillrace } from './install.ts'
import { follow, type Sample, type Stretch, stretch } from './progress.ts'
import { type Topics, topicsOf } from './topics.ts'
import { type Implementation, implementations, startWorker, type Worker } from './worker.ts'

export interface FileBenchOptions {
  readonly runs: number
  /** Lines of a stretch, of which the file has `STRETCHES`. */
  readonly stretchLines: number
  readonly implementations: readonly Implementation[]
  readonly profileFolder: string | null
}

export const tasks = ['source', 'source with HoistField + InsertField', 'sink'] as const
export type Task = (typeof tasks)[number]

/** What one worker did in one run. */
export interface Measurement {
  readonly run: number
  readonly implementation: Implementation
  readonly task: Task
  readonly first: Stretch
  readonly fifth: Stretch
  readonly readyMs: number
  readonly idleMiB: number
  readonly endMiB: number
}

/**
 * The first and the fifth are measured. The sixth keeps the worker busy to the end of the fifth: it
 * works ahead of what has arrived.
 */
export const STRETCHES = 6

/** Time after the start before the memory of an idle worker is read. */
const SETTLE_MS = 2000
const STALL_MS = 30_000

const transforms = {
  transforms: 'MakeMap,InsertSource',
  'transforms.MakeMap.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
  'transforms.MakeMap.field': 'line',
  'transforms.InsertSource.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
  'transforms.InsertSource.static.field': 'data_source',
  'transforms.InsertSource.static.value': 'test-file-source',
}

/** What all workers of the benchmark share. */
interface Setting {
  readonly options: FileBenchOptions
  readonly bootstrap: string
  readonly topics: Topics
  readonly folder: string
  readonly input: string
  readonly inputDigest: string
}

/**
 * Runs the tasks with each implementation by turns, each in a worker of its own.
 * @throws when a record is missing, repeated or changed.
 */
export async function benchFile(
  options: FileBenchOptions,
  onMeasured: (measurement: Measurement) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const kafka = await startApacheKafka()
  const topics = topicsOf(kafka.bootstrap)
  try {
    if (options.implementations.includes('Millrace')) installMillrace(join(folder, 'millrace'))
    const input = join(folder, 'in.txt')
    await writeLines(input, STRETCHES * options.stretchLines)
    const inputDigest = await digestOf(input)
    const setting = { options, bootstrap: kafka.bootstrap, topics, folder, input, inputDigest }
    for (const [run, implementation] of turns(options)) {
      for await (const measurement of measure(setting, implementation, run)) {
        onMeasured(measurement)
      }
    }
  } finally {
    await topics.close()
    await kafka.stop()
    rmSync(folder, { recursive: true })
  }
}

/** Who measures when: by turns, and by turns at the beginning. */
function turns(options: FileBenchOptions): Array<[run: number, Implementation]> {
  return Array.from({ length: options.runs }, (_, run) => run).flatMap((run) =>
    (run % 2 === 0 ? implementations : implementations.toReversed())
      .filter((implementation) => options.implementations.includes(implementation))
      .map((implementation): [number, Implementation] => [run, implementation]),
  )
}

async function* measure(
  setting: Setting,
  implementation: Implementation,
  run: number,
): AsyncGenerator<Measurement> {
  const { topics } = setting
  const plain = `plain-${implementation}-${run}`
  const mapped = `mapped-${implementation}-${run}`
  const output = join(setting.folder, 'out.txt')
  const source = (topic: string) => ({
    name: topic,
    start: (worker: Worker) => {
      const config = { 'connector.class': 'FileStreamSource', file: setting.input, topic }
      return worker.createConnector(topic, topic === plain ? config : { ...config, ...transforms })
    },
    count: () => topics.count(topic),
  })
  const sink = {
    name: `sink-${plain}`,
    start: (worker: Worker) => {
      const config = { 'connector.class': 'FileStreamSink', file: output, topics: plain }
      return worker.createConnector(`sink-${plain}`, config)
    },
    count: () => Math.floor((statSync(output, { throwIfNoEntry: false })?.size ?? 0) / LINE_BYTES),
  }
  const common = { setting, implementation, run }
  await topics.create(plain)
  yield await measureTask({ ...common, task: 'source', job: source(plain) })
  await topics.create(mapped)
  yield await measureTask({ ...common, task: tasks[1], job: source(mapped) })
  await topics.delete(mapped)
  yield await measureTask({ ...common, task: 'sink', job: sink })
  if ((await digestOf(output)) !== setting.inputDigest) {
    throw new Error(`${implementation}: the sink's file differs from the source's`)
  }
  rmSync(output)
  await topics.delete(plain)
}

interface Job {
  readonly name: string
  start(worker: Worker): Promise<void>
  count(): number | Promise<number>
}

interface TaskRun {
  readonly setting: Setting
  readonly implementation: Implementation
  readonly run: number
  readonly task: Task
  readonly job: Job
}

async function measureTask({ setting, implementation, run, task, job }: TaskRun) {
  const { options, folder, bootstrap } = setting
  const expected = STRETCHES * options.stretchLines
  const worker = await startWorker({
    implementation,
    bootstrap,
    folder: join(folder, job.name),
    millrace: join(folder, 'millrace'),
    profileFolder: implementation === 'Millrace' ? options.profileFolder : null,
  })
  try {
    await setTimeout(SETTLE_MS)
    const idleMiB = worker.residentMiB()
    const samples = await follow({
      start: () => job.start(worker),
      count: job.count,
      cpuMs: worker.cpuMs,
      check: () => worker.check(job.name),
      expected,
      stallMs: STALL_MS,
    })
    const endMiB = worker.residentMiB()
    // What comes twice comes late.
    await setTimeout(SETTLE_MS)
    const count = await job.count()
    if (count !== expected) throw new Error(`${job.name}: ${count} of ${expected} records`)
    const { readyMs } = worker
    const stretches = { first: part(samples, 0), fifth: part(samples, 4) }
    return { run, implementation, task, ...stretches, readyMs, idleMiB, endMiB }
  } finally {
    await worker.stop()
  }

  function part(samples: readonly Sample[], index: number): Stretch {
    const { stretchLines } = options
    return stretch(samples, index * stretchLines, (index + 1) * stretchLines)
  }
}
