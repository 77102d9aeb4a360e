import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { defineConfig, extendConfig } from '../../src/config/definition.ts'
import { nearestKey } from '../../src/config/nearest-key.ts'
import { parseConfig, parseValue } from '../../src/config/parse.ts'
import { validateConfig, withError } from '../../src/config/report.ts'
import { convertToString } from '../../src/config/text.ts'
import { between, distinctList, orNull, validRegex } from '../../src/config/validators.ts'

const definition = defineConfig({
  limit: { type: 'long', default: 1, importance: 'low', doc: '' },
  tags: { type: 'list', default: [], validator: distinctList(), importance: 'low', doc: '' },
  secret: { type: 'password', default: null, importance: 'low', doc: '' },
  factor: {
    type: 'double',
    default: null,
    validator: orNull(between(0.5, 1)),
    importance: 'low',
    doc: '',
  },
})

test('a long beyond 2^53 is rounded for the connector and exact in the report', () => {
  const props = { limit: '9007199254740993' }
  assert.equal(parseConfig(definition, props).limit, 9007199254740992)
  const value = validateConfig(definition, props).values.find(({ name }) => name === 'limit')
  assert.equal(convertToString(value?.value, 'long'), '9007199254740993')
})

test('repeated list elements are left out when parsed, and refused in reports', () => {
  const props = { tags: 'a, b ,a' }
  assert.deepEqual(parseConfig(definition, props).tags, ['a', 'b'])
  assert.deepEqual(validateConfig(definition, props).values[1]?.errors, [
    "Configuration 'tags' values must not be duplicated.",
  ])
})

test('a password shows nowhere but where it is asked for', () => {
  const { secret } = parseConfig(definition, { secret: ' s3cret ' })
  assert.equal(secret?.value, 's3cret')
  assert.doesNotMatch(`${secret} ${JSON.stringify({ secret })} ${inspect({ secret })}`, /s3cret/)
})

test('a property that objects have anyway is not taken for a setting', () => {
  const keys = defineConfig({ constructor: { type: 'string', importance: 'low', doc: '' } })
  assert.throws(() => parseConfig(keys, {}), {
    message: 'Missing required configuration "constructor" which has no default value.',
  })
})

test('bounds and values of doubles print as doubles', () => {
  assert.throws(() => parseConfig(definition, { factor: '2' }), {
    message: 'Invalid value 2.0 for configuration factor: Value must be no more than 1.0',
  })
})

test('a key can not be defined twice, and a default has to be valid', () => {
  const key = { type: 'string', importance: 'low', doc: '' } as const
  assert.throws(() => extendConfig(definition, { tags: key }), {
    code: 'CONFIG_INVALID',
    message: 'Configuration tags is defined twice.',
  })
  assert.throws(() => defineConfig({ a: { ...key, default: '(', validator: validRegex } }), {
    message: /^Invalid value \( for configuration a: Invalid regex: /,
  })
})

test('an error can be added to a setting, also to one without definition', () => {
  const report = withError(withError(validateConfig(definition, {}), 'limit', 'no'), 'other', 'why')
  const told = report.values.filter(({ errors }) => errors.length > 0)
  assert.deepEqual(
    told.map(({ name, errors }) => [name, errors]),
    [
      ['limit', ['no']],
      ['other', ['why']],
    ],
  )
})

test('the nearest known key is found for a slip of the pen, none for another word', () => {
  const known = ['tasks.max', 'topics', 'topics.regex', 'errors.tolerance']
  assert.equal(nearestKey('task.max', known), 'tasks.max')
  assert.equal(nearestKey('topic', known), 'topics')
  assert.equal(nearestKey('toipcs', known), 'topics')
  assert.equal(nearestKey('ERRORS.TOLERANCE', known), 'errors.tolerance')
  assert.equal(nearestKey('file', known), null)
})

test('a class that there is none of is told as it was given', () => {
  assert.throws(() => parseValue('some.key', ' no.Such ', 'class', () => null), {
    message:
      'Invalid value  no.Such  for configuration some.key: Class  no.Such  could not be found.',
  })
})

test('a default that takes all 64 bits is a long', () => {
  assert.equal(parseValue('some.key', 2n ** 63n - 1n, 'long'), 2n ** 63n - 1n)
})
