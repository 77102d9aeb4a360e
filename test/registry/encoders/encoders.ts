import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const home = join(import.meta.dirname, '../../../.registry/encoders')

export interface AvroData {
  /** JSON */
  readonly schema: string
  readonly data: Uint8Array
}

export interface ReadAgain {
  /** The value, as the other library writes it. */
  readonly data: Uint8Array
}

export interface ReadAgainByJava extends ReadAgain {
  /** The value with its lists in blocks of known size. */
  readonly blocked: Uint8Array
  /** The schema as Java prints it. */
  readonly text: string
}

/** Installs the other libraries where they are missing. */
export function fetchEncoders(): void {
  execFileSync(join(import.meta.dirname, 'fetch'), [home], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** What Java's Avro reads, written by it again. */
export function readByJava(items: readonly AvroData[]): readonly ReadAgainByJava[] {
  const source = join(import.meta.dirname, 'Encode.java')
  const options = ['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8', '-cp', join(home, 'java/*')]
  return run('java', [...options, source], items).map(({ data = '', blocked = '', text = '' }) => ({
    data: Buffer.from(data, 'hex'),
    blocked: Buffer.from(blocked, 'hex'),
    text,
  }))
}

/** What Python's fastavro reads, written by it again. */
export function readByPython(items: readonly AvroData[]): readonly ReadAgain[] {
  const script = join(import.meta.dirname, 'encode.py')
  return run('python3', [script], items).map(({ data = '' }) => ({
    data: Buffer.from(data, 'hex'),
  }))
}

function run(
  command: string,
  args: readonly string[],
  items: readonly AvroData[],
): readonly Readonly<Record<string, string>>[] {
  const lines = items.map(({ schema, data }) =>
    JSON.stringify({ schema, data: Buffer.from(data).toString('hex') }),
  )
  const output = execFileSync(command, args, {
    input: `${lines.join('\n')}\n`,
    env: { ...process.env, PYTHONPATH: join(home, 'python') },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
