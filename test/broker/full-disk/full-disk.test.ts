import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../helpers/worker.ts'

/** A disk of its own needs a name space of its own, which not every machine allows. */
const mounted = 'mount -t tmpfs -o size=4m none "$1"'
const check = join(import.meta.dirname, 'check.ts')

function inNameSpace(folder: string, command: string) {
  return spawnSync('unshare', ['-rm', 'sh', '-c', command, 'sh', folder, process.execPath, check], {
    encoding: 'utf8',
    timeout: 180_000,
  })
}

test('a full disk refuses writes, serves reads, loses nothing and works again with room', (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const trial = inNameSpace(folder.path, mounted)
  if (trial.status !== 0) {
    const reason = `no small disk can be mounted: ${trial.error?.message ?? trial.stderr.trim()}`
    console.log(`✖ NOT CHECKED, a broker on a full disk: ${reason}`)
    t.skip(reason)
    return
  }
  const { status, stdout, stderr } = inNameSpace(folder.path, `${mounted} && exec "$2" "$3" "$1"`)
  assert.equal(status, 0, stderr)
  t.diagnostic(stdout.trim())
})
