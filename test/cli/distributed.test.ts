import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { run } from '../helpers/command.ts'
import { temporaryFolder } from '../helpers/worker.ts'

const folder = temporaryFolder()
after(folder.remove)

const complete = {
  'bootstrap.servers': 'localhost:1',
  'key.converter': 'StringConverter',
  'value.converter': 'StringConverter',
  'group.id': 'g',
  'config.storage.topic': 'c',
  'offset.storage.topic': 'o',
  'status.storage.topic': 's',
}

function workerFile(props: Readonly<Record<string, string>>): string {
  const file = join(folder.path, 'worker.properties')
  writeFileSync(
    file,
    Object.entries(props)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  return file
}

const { 'group.id': _, ...withoutGroup } = complete

const failures: ReadonlyArray<[what: string, Readonly<Record<string, string>>, message: RegExp]> = [
  ['no group', withoutGroup, /Missing required configuration .*group\.id.* has no default value/],
  [
    'an unknown protocol',
    { ...complete, 'connect.protocol': 'lazy' },
    /Invalid value lazy for configuration connect\.protocol: Invalid Connect protocol compatibility/,
  ],
  [
    'an unknown kind of exactly-once support',
    { ...complete, 'exactly.once.source.support': 'sometimes' },
    /sometimes for configuration exactly\.once\.source\.support: String must be one of \(case/,
  ],
  [
    'a topic without partitions',
    { ...complete, 'offset.storage.partitions': '0' },
    /Invalid value 0 for configuration offset\.storage\.partitions: Number of partitions must be/,
  ],
]

for (const [what, props, message] of failures) {
  test(`the worker ends with 2 and says why: ${what}`, async () => {
    const { code, stdout } = await run('connect-distributed', [workerFile(props)])
    assert.equal(code, 2)
    assert.match(stdout, /Stopping due to error/)
    assert.match(stdout, message)
  })
}

test('no arguments and --help print the usage and end with 1, as Apache Kafka does', async () => {
  for (const args of [[], ['--help'], ['worker.properties', '--help']]) {
    const { code, stdout } = await run('connect-distributed', args)
    assert.equal(code, 1)
    assert.match(stdout, /^USAGE: connect-distributed \[-daemon\] connect-distributed\.properties/)
  }
})
