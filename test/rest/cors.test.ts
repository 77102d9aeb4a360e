import assert from 'node:assert/strict'
import { test } from 'node:test'
import { corsHeaders } from '../../src/rest/cors.ts'

const headers = corsHeaders({ origins: 'http://a.example,https://.*[.]acme[.]org', methods: '' })

for (const origin of [
  'http://a.example',
  'HTTP://A.example',
  'http://b.example http://a.example',
  'https://ui.acme.org',
]) {
  test(`pages of ${origin} may call, and it is named as it was written`, () => {
    assert.equal(headers?.(origin, false)['access-control-allow-origin'], origin)
  })
}

for (const origin of ['http://a.example:80', 'https://acme.org', 'null', '']) {
  test(`pages of ${JSON.stringify(origin)} may not`, () => {
    assert.deepEqual(headers?.(origin, true), { vary: 'Origin' })
  })
}
