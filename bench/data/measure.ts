import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fetchKafka, kafkaHome } from '../../test/helpers/apache-kafka.ts'

export const AVRO_VERSION = '1.12.1'
export const javaFlags: readonly string[] = ['-Xms256m', '-Xmx2g']

export const rowTitles: Readonly<Record<string, string>> = {
  'json-read': 'JSON without schemas, read',
  'json-write': 'JSON without schemas, written',
  'envelope-read': 'JSON envelopes, read',
  'envelope-write': 'JSON envelopes, written',
  chain: 'three transforms, without schemas',
  'chain-struct': 'three transforms of structs',
  'avro-read': 'Avro, read',
  'avro-write': 'Avro, written',
}

export interface Lengths {
  readonly runs: number
  readonly warmUpMs: number
  readonly runMs: number
}

export interface Rate {
  readonly recordsPerSecond: number
  /** CPU time of the process for each record, its other threads included. */
  readonly cpuMicros: number
}

/** Of each run. */
export interface Rates {
  readonly row: string
  readonly millrace: readonly Rate[]
  readonly reference: readonly Rate[]
}

const classPath = [join(kafkaHome, 'lib/*'), join(kafkaHome, `avro/avro-${AVRO_VERSION}.jar`)]

/** Compiles the reference's side into `folder`, with what it needs. */
export function compileReference(folder: string): void {
  fetchKafka()
  if (!existsSync(classPath[1] ?? '')) {
    execFileSync('mvn', [
      ...['-q', '-B', 'dependency:copy', `-Dartifact=org.apache.avro:avro:${AVRO_VERSION}`],
      `-DoutputDirectory=${join(kafkaHome, 'avro')}`,
    ])
  }
  const source = join(import.meta.dirname, 'Reference.java')
  execFileSync('javac', ['-cp', classPath.join(':'), '-d', folder, source])
}

/**
 * Both sides go over the same records, each in a process of its own that is warm, taking turns.
 * @throws Error when their results differ in size.
 */
export async function measureRow(
  row: string,
  inputs: string,
  folder: string,
  { runs, warmUpMs, runMs }: Lengths,
): Promise<Rates> {
  const java = ['-cp', [...classPath, folder].join(':'), ...javaFlags, 'Reference', row, inputs]
  const ours = start(process.execPath, [join(import.meta.dirname, 'worker.ts'), row, inputs])
  const theirs = start('java', java)
  try {
    const [ownSize, otherSize] = [await ours.next(), await theirs.next()]
    if (ownSize !== otherSize) throw new Error(`${row}: ${ownSize} bytes here, ${otherSize} there`)
    await rateOf(ours, warmUpMs)
    await rateOf(theirs, warmUpMs)
    const millrace: Rate[] = []
    const reference: Rate[] = []
    for (let run = 0; run < runs; run++) {
      millrace.push(await rateOf(ours, runMs))
      reference.push(await rateOf(theirs, runMs))
    }
    return { row, millrace, reference }
  } finally {
    await Promise.all([ours.end(), theirs.end()])
  }
}

interface Side {
  readonly child: ChildProcess
  next(): Promise<string>
  end(): Promise<void>
}

function start(command: string, args: readonly string[]): Side {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    async next() {
      const { done, value } = await lines.next()
      if (done === true) throw new Error(`${command} ended early`)
      return value
    },
    async end() {
      child.stdin.end()
      await exit
    },
  }
}

async function rateOf(side: Side, milliseconds: number): Promise<Rate> {
  side.child.stdin?.write(`${milliseconds}\n`)
  const [records = 0, elapsedNs = 0, cpuNs = 0] = (await side.next()).split(' ').map(Number)
  return { recordsPerSecond: (records * 1e9) / elapsedNs, cpuMicros: cpuNs / records / 1000 }
}
