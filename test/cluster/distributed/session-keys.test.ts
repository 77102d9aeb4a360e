import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  keyExpiryMs,
  newSessionKey,
  signatureHeaders,
  verifySignature,
} from '../../../src/cluster/distributed/session-keys.ts'

const settings = {
  ttlMs: 1000,
  keyAlgorithm: 'HmacSHA256',
  keyBytes: 32,
  signatureAlgorithm: 'HmacSHA256',
  verificationAlgorithms: ['HmacSHA256'],
}
const key = newSessionKey(settings, 5000)
const body = Buffer.from('[]')
const headers = signatureHeaders(body, key, 'HmacSHA256')
const { 'X-Connect-Authorization': authorization = '' } = headers
const mac = Buffer.from(authorization, 'base64')
const signature = { algorithm: 'HmacSHA256', mac, body }

test('a request of a worker with the same key is accepted', () => {
  verifySignature(signature, key, settings)
  assert.equal(headers['X-Connect-Request-Signature-Algorithm'], 'HmacSHA256')
})

test('a signature is that of Java for the same bytes and key', () => {
  const known = { key: Buffer.from('key'), algorithm: 'HmacSHA256', createdMs: 0 }
  const text = Buffer.from('The quick brown fox jumps over the lazy dog')
  const { 'X-Connect-Authorization': signed = '' } = signatureHeaders(text, known, 'HmacSHA256')
  assert.equal(
    Buffer.from(signed, 'base64').toString('hex'),
    'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
  )
})

const refused: ReadonlyArray<[what: string, Parameters<typeof verifySignature>, code: string]> = [
  ['without a signature', [null, key, settings], 'BAD_REQUEST'],
  ['forged', [{ ...signature, mac: Buffer.alloc(32) }, key, settings], 'FORBIDDEN'],
  ['cut short', [{ ...signature, mac: mac.subarray(1) }, key, settings], 'FORBIDDEN'],
  ['for another body', [{ ...signature, body: Buffer.from('[{}]') }, key, settings], 'FORBIDDEN'],
  ['with a key of before', [signature, newSessionKey(settings, 6000), settings], 'FORBIDDEN'],
  ['in another algorithm', [{ ...signature, algorithm: 'HmacSHA1' }, key, settings], 'BAD_REQUEST'],
  ['before there is a key', [signature, null, settings], 'NOT_READY'],
]

for (const [what, args, code] of refused) {
  test(`a request is refused ${what}`, () => {
    assert.throws(() => verifySignature(...args), { code })
  })
}

test('a key is replaced when its time is over, and at once when it does not fit the settings', () => {
  assert.equal(keyExpiryMs(key, settings), 6000)
  assert.equal(keyExpiryMs(key, { ...settings, ttlMs: 0 }), Number.POSITIVE_INFINITY)
  for (const other of [{ keyBytes: 64 }, { keyAlgorithm: 'HmacSHA512' }]) {
    assert.equal(keyExpiryMs(key, { ...settings, ...other }), 0)
  }
  assert.equal(keyExpiryMs(null, settings), 0)
})
