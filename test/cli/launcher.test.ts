import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { millraceVersion } from '../../src/base/version.ts'
import { eventually } from '../helpers/eventually.ts'
import { root } from '../helpers/sources.ts'
import { temporaryFolder } from '../helpers/worker.ts'

function run(command: string, args: readonly string[], path = '/usr/bin:/bin') {
  const { status, stdout, stderr } = spawnSync(command, args, {
    env: { PATH: path },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('the launcher finds its files through links, and Node beside them', (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  symlinkSync(join(root, 'bin/millrace'), join(folder.path, 'first'))
  symlinkSync('first', join(folder.path, 'second'))
  assert.deepEqual(run(join(folder.path, 'second'), ['--version']), {
    status: 0,
    stdout: `millrace ${millraceVersion}\n`,
    stderr: '',
  })
})

/** A copy of the launcher with a stand-in for Node of some version, which prints what it is given. */
function installed(folder: string, version: string): string {
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'dist'))
  writeFileSync(join(folder, 'dist/cli.js'), '')
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true, verbatimSymlinks: true })
  const node = join(folder, 'node')
  writeFileSync(
    node,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "$@"; fi\n`,
  )
  chmodSync(node, 0o755)
  return `${folder}:/usr/bin:/bin`
}

test('a Node that is too old is refused, with what is needed and what there is', (t) => {
  for (const version of ['v20.20.2', 'v24.5.0']) {
    const folder = temporaryFolder()
    t.after(folder.remove)
    const path = installed(folder.path, version)
    assert.deepEqual(run(join(folder.path, 'bin/connect-standalone'), ['x'], path), {
      status: 1,
      stdout: '',
      stderr: `connect-standalone: Node.js 24.6 or later is needed, and ${version} was found.\n`,
    })
  }
})

test('the Node on the path runs the build under the name of the command', (t) => {
  for (const version of ['v24.6.0', 'v24.10.1', 'v26.0.0', 'v100.0.0']) {
    const folder = temporaryFolder()
    t.after(folder.remove)
    const path = installed(folder.path, version)
    const main = join(folder.path, 'dist/cli.js')
    const printed = (name: string) => run(join(folder.path, 'bin', name), ['a b', 'c'], path).stdout
    assert.equal(printed('millrace'), `${main} a b c\n`)
    assert.equal(printed('connect-standalone'), `${main} connect-standalone a b c\n`)
    assert.equal(printed('connect-standalone.sh'), `${main} connect-standalone a b c\n`)
  }
})

test('-daemon leaves the command running, with its output in logs beside bin', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const path = installed(folder.path, 'v24.6.0')
  const { status, stdout } = run(
    join(folder.path, 'bin/connect-standalone'),
    ['-daemon', 'a'],
    path,
  )
  assert.deepEqual([status, stdout], [0, ''])
  const log = join(folder.path, 'logs/connect-standalone.out')
  const expected = `${join(folder.path, 'dist/cli.js')} connect-standalone a\n`
  await eventually('the output of the daemon', 60_000, () => readFileSync(log, 'utf8') === expected)
})
