import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secrets } from '../../src/config/secrets.ts'

test('values are hidden behind their variables, the longest first', () => {
  const secrets = new Secrets()
  secrets.note('secret', `\${v:short}`)
  secrets.note('my secret', `\${v:long}`)
  assert.equal(
    secrets.hide('secret, my secret, secretly'),
    `\${v:short}, \${v:long}, \${v:short}ly`,
  )
})

test('short values stay, as they are found anywhere', () => {
  const secrets = new Secrets()
  secrets.note('5432', `\${v:port}`)
  secrets.note('', `\${v:nothing}`)
  assert.equal(secrets.hide('localhost:5432'), 'localhost:5432')
})

test('JSON stays JSON', () => {
  const secrets = new Secrets()
  secrets.note('line\n"quoted"', `\${v:C:\\x}`)
  const line = secrets.hideInJson(JSON.stringify({ msg: 'it was line\n"quoted"' }))
  assert.deepEqual(JSON.parse(line), { msg: `it was \${v:C:\\x}` })
})
