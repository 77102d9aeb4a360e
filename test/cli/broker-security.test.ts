import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readBrokerSecurity } from '../../src/cli/broker-security.ts'
import { makeIdentity } from '../helpers/certificates.ts'
import { run } from '../helpers/command.ts'
import { temporaryFolder } from '../helpers/worker.ts'

test('certificates and users of the broker come from files', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const { cert, key } = makeIdentity('broker')
  const write = (name: string, text: string) => {
    writeFileSync(join(folder.path, name), text)
    return join(folder.path, name)
  }
  const { tls, sasl } = await readBrokerSecurity({
    'tls-cert': write('cert', cert),
    'tls-key': write('key', key),
    users: write('users', 'alice=a secret\nbob=1:2\n'),
    user: ['carol:x:y'],
  })
  assert.deepEqual([tls?.cert.toString(), tls?.key.toString()], [cert, key])
  assert.deepEqual(sasl?.users, { alice: 'a secret', bob: '1:2', carol: 'x:y' })
  assert.deepEqual(await readBrokerSecurity({ user: [] }), {})
})

for (const [args, message] of [
  [['--tls-cert', 'x'], /TLS needs both --tls-cert and --tls-key/],
  [['--users', '/no/such/file'], /\/no\/such\/file: there is no such file/],
  [['--users', '/dev/null'], /there is no NAME=PASSWORD in \/dev\/null/],
  [['--user', 'alice'], /--user takes NAME:PASSWORD\n/],
  [['--max-connections', '0'], /--max-connections takes a whole number from 1 upwards/],
] as const) {
  test(`wrong arguments of the broker are told: ${args.join(' ')}`, async () => {
    const { code, stderr } = await run('millrace', ['broker', '--port', '0', ...args])
    assert.notEqual(code, 0)
    assert.match(stderr, message)
  })
}
