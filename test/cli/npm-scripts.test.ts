import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../helpers/sources.ts'
import { temporaryFolder } from '../helpers/worker.ts'

test('each npm script finds the Node that npm ci brings', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const commands = Object.values<string>(scripts).flatMap((script) => script.split(' && '))
  assert.deepEqual(
    commands.filter((command) => !/^(?:scripts\/with-node|bin\/millrace) /.test(command)),
    [],
  )
})

test('with-node puts it before the Node of the machine', (t) => {
  if (process.platform !== 'linux') return console.log('NOT TESTED: npm ci brings no Node here')
  const folder = temporaryFolder()
  t.after(folder.remove)
  const old = join(folder.path, 'node')
  writeFileSync(old, '#!/bin/sh\necho v18.20.8\n')
  chmodSync(old, 0o755)
  const version = execFileSync(join(root, 'scripts/with-node'), ['node', '--version'], {
    env: { PATH: `${folder.path}:/usr/bin:/bin` },
    encoding: 'utf8',
  })
  assert.match(version, /^v(?:24|[3-9]\d)\./)
})
