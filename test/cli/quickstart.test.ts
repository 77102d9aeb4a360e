import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const script = join(import.meta.dirname, '../../scripts/quickstart.ts')

test('the quickstart copies lines through a topic, and ends by itself when asked to', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--lines', '2'], {
    timeout: 60_000,
  })
  assert.match(stdout, /bin\/millrace consume lines --from-beginning --bootstrap-server 127\.0/)
  assert.match(stdout, /\{line=line 1, .*, data_source=quickstart\}\n.*\{line=line 2, /)
})
