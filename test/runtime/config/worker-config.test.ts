import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigProps } from '../../../src/config/props.ts'
import { parseHeaderRules } from '../../../src/runtime/config/header-rules.ts'
import {
  parseStandaloneConfig,
  standaloneConfig,
  unknownWorkerKeys,
} from '../../../src/runtime/worker-config.ts'

const required: ConfigProps = {
  'bootstrap.servers': 'a:9092',
  'key.converter': 'Json',
  'value.converter': 'Json',
  'offset.storage.file.filename': '/tmp/offsets',
}
const parse = (extra: ConfigProps = {}) => parseStandaloneConfig({ ...required, ...extra })

test('a worker with the required settings has the defaults of Apache Kafka Connect', () => {
  const config = parse()
  assert.equal(config['offset.flush.interval.ms'], 60_000)
  assert.equal(config['task.shutdown.graceful.timeout.ms'], 5000)
  assert.deepEqual(config.listeners, ['http://:8083'])
  assert.equal(config['header.converter'], 'org.apache.kafka.connect.storage.SimpleHeaderConverter')
  assert.equal(config['plugin.path'], null)
  assert.equal(config['topic.creation.enable'], true)
})

for (const key of Object.keys(required)) {
  test(`a worker without ${key} is refused`, () => {
    const { [key]: _, ...rest } = required
    assert.throws(() => parseStandaloneConfig(rest), {
      code: 'CONFIG_INVALID',
      message: `Missing required configuration "${key}" which has no default value.`,
    })
  })
}

// Messages of the reference, but for the last two, which concern its JVM.
const wrong: ReadonlyArray<[key: string, value: string, message: string | RegExp]> = [
  [
    'bootstrap.servers',
    '',
    "Configuration 'bootstrap.servers' must not be empty. Valid values include: any non-empty value",
  ],
  ['bootstrap.servers', 'a,,b', "Configuration 'bootstrap.servers' values must not be empty."],
  [
    'plugin.path',
    ' ',
    "Configuration 'plugin.path' must not be empty. Valid values include: any non-empty value",
  ],
  [
    'listeners',
    '',
    'Invalid value for listeners, at least one URL is expected, ex: http://localhost:8080,https://localhost:8443.',
  ],
  ['listeners', 'a,,b', 'Empty URL found when parsing listeners list.'],
  ['admin.listeners', 'a,,b', "Configuration 'admin.listeners' values must not be empty."],
  [
    'offset.flush.interval.ms',
    '1s',
    'Invalid value 1s for configuration offset.flush.interval.ms: Not a number of type LONG',
  ],
  [
    'metrics.recording.level',
    'TRACE',
    'Invalid value TRACE for configuration metrics.recording.level: String must be one of: INFO, DEBUG',
  ],
  [
    'response.http.headers.config',
    'foo a:b',
    "Invalid header config action: 'foo'. Expected one of [set, add, setDate, addDate]",
  ],
  [
    'ssl.provider',
    'SunJSSE',
    /^Invalid value SunJSSE for configuration ssl\.provider: .*remove it$/,
  ],
  ['ssl.keymanager.algorithm', 'X', /^Invalid value X for configuration ssl\.keymanager/],
]

for (const [key, value, message] of wrong) {
  test(`a worker with ${key}=${value} is refused`, () => {
    assert.throws(() => parse({ [key]: value }), { code: 'CONFIG_INVALID', message })
  })
}

test('a converter that no plug-in has is refused by name', () => {
  assert.throws(() => parseStandaloneConfig(required, () => null), {
    message: 'Invalid value Json for configuration key.converter: Class Json could not be found.',
  })
})

test('unknown properties are told with the nearest known one; those of other parts are known', () => {
  const props = {
    ...required,
    'offset.flush.intervall.ms': '1',
    zzz: '1',
    'key.converter.schemas.enable': 'false',
    'producer.linger.ms': '5',
    'config.providers.file.class': 'x',
    'request.timeout.ms': '1',
  }
  assert.deepEqual(unknownWorkerKeys(standaloneConfig, props), [
    "unknown property 'offset.flush.intervall.ms', did you mean 'offset.flush.interval.ms'?",
    "unknown property 'zzz'",
  ])
})

test('header rules keep commas within quotes and lose the quotes', () => {
  assert.deepEqual(parseHeaderRules('"add Cache-Control: no-cache, no-store", SET X : y,'), [
    { action: 'add', name: 'Cache-Control', value: 'no-cache, no-store' },
    { action: 'set', name: 'X', value: 'y' },
  ])
  assert.deepEqual(parseHeaderRules(' '), [])
  for (const rule of ['add', 'add ab', 'set X: http://y', 'set a b:c', 'set :b', ',']) {
    assert.throws(() => parseHeaderRules(rule), { code: 'CONFIG_INVALID' }, rule)
  }
})
