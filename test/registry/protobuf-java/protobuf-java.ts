import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { wellKnownText } from '../../../src/converters/protobuf/well-known.ts'
import { temporaryFolder } from '../../helpers/worker.ts'

const home = join(import.meta.dirname, '../../../.registry/protobuf')

/** Installs Protobuf's compiler and its Java library where they are missing. */
export function fetchProtobuf(): void {
  execFileSync(join(import.meta.dirname, 'fetch'), [home], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** Files beside those of the compiler that a schema may import. */
const others = [
  'confluent/meta.proto',
  'confluent/type/decimal.proto',
  'google/type/date.proto',
  'google/type/timeofday.proto',
]

/**
 * What Java's library makes of messages of a type of `file`.
 * @param lines Bytes of messages, or their text form.
 * @returns The bytes as Java writes them; null where it refuses a message.
 */
export function writtenByJava(
  file: string,
  message: string,
  lines: readonly (Uint8Array | string)[],
): readonly (Buffer | null)[] {
  const folder = temporaryFolder()
  try {
    const descriptors = compiled(file, folder.path)
    const input = lines.map((line) =>
      typeof line === 'string' ? `text ${line}` : Buffer.from(line).toString('hex'),
    )
    const output = execFileSync(
      'java',
      ['-cp', join(home, 'lib/*'), join(import.meta.dirname, 'Again.java'), descriptors, message],
      { input: `${input.join('\n')}\n`, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    )
    const answers = output.split('\n').slice(0, lines.length)
    return answers.map((line) => (line === 'refused' ? null : Buffer.from(line, 'hex')))
  } finally {
    folder.remove()
  }
}

/** The file as Protobuf's own compiler takes it. */
function compiled(file: string, folder: string): string {
  for (const path of others) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), wellKnownText(path) ?? '')
  }
  writeFileSync(join(folder, 'main.proto'), file)
  const descriptors = join(folder, 'descriptors')
  execFileSync(join(home, 'bin/protoc'), [
    `-I${folder}`,
    `-I${join(home, 'include')}`,
    '--include_imports',
    `-o${descriptors}`,
    'main.proto',
  ])
  return descriptors
}
