import assert from 'node:assert/strict'
import { test } from 'node:test'
import { builtinPlugins } from '../../../src/cli/builtin.ts'
import type { ConfigInfos } from '../../../src/cluster/herder.ts'
import { createPluginCode } from '../../../src/cluster/plugin-code.ts'
import { createConnectorValidator } from '../../../src/cluster/validation/connector-validator.ts'
import { suspectProperties } from '../../../src/cluster/validation/suspect-properties.ts'
import { defineConfig } from '../../../src/config/definition.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { type ConfigReport, withError } from '../../../src/config/report.ts'
import { atLeast } from '../../../src/config/validators.ts'
import { createOverridePolicy } from '../../../src/runtime/config/override-policy.ts'
import { createPluginRegistry } from '../../../src/runtime/plugin-registry.ts'
import type { PluginEntry } from '../../../src/runtime/plugins.ts'
import { parseStandaloneConfig } from '../../../src/runtime/worker-config.ts'
import { SourceConnector } from '../../../src/sdk/connector.ts'
import { defineConverter, defineSourceConnector, type Plugin } from '../../../src/sdk/plugin.ts'

const converter = defineConverter({
  class: 'acme.TextConverter',
  version: '2.0',
  config: defineConfig({
    width: { type: 'int', default: 1, validator: atLeast(1), importance: 'low', doc: '' },
  }),
  create() {
    throw new TypeError('is not made to check its settings')
  },
})

class RowsSource extends SourceConnector {
  start(): void {
    throw new TypeError('is not started to check its settings')
  }

  taskConfigs(): readonly ConfigProps[] {
    return []
  }

  override validate(props: ConfigProps, report: ConfigReport): ConfigReport {
    if (props['table'] !== 'gone') return report
    return withError(report, 'table', 'There is no table gone')
  }
}

const connector = defineSourceConnector({
  class: 'acme.RowsSource',
  version: '1.5',
  config: defineConfig({
    table: { type: 'string', importance: 'high', doc: 'Name of the table.' },
    from: { type: 'long', default: 0, importance: 'low', doc: '' },
  }),
  taskClass: 'acme.RowsTask',
  createConnector: () => new RowsSource(),
  createTask() {
    throw new TypeError('is not made to check its settings')
  },
})

function entry(plugin: Plugin, load = async () => plugin): PluginEntry {
  return { kind: plugin.kind, class: plugin.class, version: plugin.version, location: 'x', load }
}

const broken = { ...converter, kind: 'transformation', class: 'acme.Broken' } as unknown as Plugin
const plugins = createPluginRegistry([
  entry(connector as unknown as Plugin),
  entry(converter as unknown as Plugin),
  entry(broken, () => Promise.reject(new Error('Cannot find package left-pad'))),
])

function workerConfig(worker: ConfigProps = {}) {
  return parseStandaloneConfig({
    'bootstrap.servers': 'a:1',
    'key.converter': 'acme.TextConverter',
    'value.converter': 'acme.TextConverter',
    'header.converter': 'acme.TextConverter',
    'offset.storage.file.filename': 'unused',
    ...worker,
  })
}

async function validate(props: ConfigProps, worker: ConfigProps = {}): Promise<ConfigInfos> {
  const given = { name: 'c', 'connector.class': 'RowsSource', table: 't', ...props }
  const overrides = await createOverridePolicy(createPluginRegistry(builtinPlugins), worker)
  const code = createPluginCode(plugins)
  return createConnectorValidator({ code, worker: workerConfig(worker), overrides }).validate(given)
}

function errorsOf(infos: ConfigInfos): Record<string, readonly string[]> {
  const entries = infos.configs.flatMap(({ value }) =>
    value === null || value.errors.length === 0 ? [] : [[value.name, value.errors]],
  )
  return Object.fromEntries(entries)
}

test('what the connector itself finds wrong is among the errors', async () => {
  const infos = await validate({ table: 'gone' })
  assert.deepEqual(errorsOf(infos), { table: ['There is no table gone'] })
  assert.equal(infos.error_count, 1)
})

test('client settings are refused as the policy of the worker says', async () => {
  const infos = await validate(
    { 'producer.override.acks': '1', 'producer.override.sasl.mechanism': 'PLAIN' },
    { 'connector.client.config.override.policy': 'Principal' },
  )
  assert.deepEqual(errorsOf(infos), {
    'producer.override.acks': [
      "The 'Principal' policy does not allow 'acks' to be overridden in the connector configuration.",
    ],
  })
})

test('a transformation whose code can not be loaded is an error of its type', async () => {
  const infos = await validate({ transforms: 'x', 'transforms.x.type': 'acme.Broken' })
  assert.deepEqual(errorsOf(infos), {
    'transforms.x.type': [
      'Invalid value acme.Broken for configuration transforms.x.type: Error getting config definition from Transformation: Cannot find package left-pad',
    ],
  })
})

test('a setting of a converter with two messages counts once', async () => {
  const infos = await validate({ 'key.converter': 'TextConverter', 'key.converter.width': 'x' })
  assert.deepEqual(errorsOf(infos), {
    'key.converter.width': [
      'Invalid value x for configuration width: Not a number of type INT',
      'Invalid value null for configuration width: Value must be non-null',
    ],
  })
  assert.equal(infos.error_count, 1)
})

test('a long keeps every digit', async () => {
  const infos = await validate({ from: '9223372036854775807' })
  const from = infos.configs.find(({ value }) => value?.name === 'from')
  assert.equal(from?.value?.value, '9223372036854775807')
})

test('without a class, or with an unknown one, there is nothing to check', async () => {
  await assert.rejects(validate({ 'connector.class': null }), {
    code: 'BAD_REQUEST',
    message: 'Connector config {name=c, connector.class=null, table=t} contains no connector type',
  })
  await assert.rejects(validate({ 'connector.class': 'Nope' }), {
    code: 'BAD_REQUEST',
    message: /^Failed to find any class that implements Connector and which name matches Nope/,
  })
})

test('a property that looks like a known one misspelt is told, any other is not', async () => {
  const props = { tabel: 't', 'task.max': '2', 'jdbc.user': 'x', 'transforms.x.typ': 'y' }
  assert.deepEqual(suspectProperties(props, await validate(props)), [
    "unknown property 'tabel', did you mean 'table'?",
    "unknown property 'task.max', did you mean 'tasks.max'?",
  ])
})

type Answer = 'supported' | 'unsupported' | null

/** Errors of a source connector on a worker of a cluster that answers so about itself. */
async function deliveryErrors(
  props: ConfigProps,
  answer: () => Answer,
  isExactlyOnce = true,
): Promise<Record<string, readonly string[]>> {
  class Answering extends RowsSource {
    override exactlyOnceSupport(): Answer {
      return answer()
    }

    override canDefineTransactionBoundaries(): 'supported' | 'unsupported' {
      return answer() as 'supported' | 'unsupported'
    }
  }
  const plugin = { ...connector, createConnector: () => new Answering() } as unknown as Plugin
  const registry = createPluginRegistry([entry(plugin), entry(converter as unknown as Plugin)])
  const { validate: check } = createConnectorValidator({
    code: createPluginCode(registry),
    worker: workerConfig(),
    overrides: await createOverridePolicy(createPluginRegistry(builtinPlugins), {}),
    cluster: (name) => ({ groupId: 'g', isExactlyOnce, consumerGroup: `connect-${name}` }),
  })
  return errorsOf(await check({ name: 'c', 'connector.class': 'RowsSource', table: 't', ...props }))
}

const required = { 'exactly.once.support': 'required' }
const boundary = { 'transaction.boundary': 'connector' }
const key = 'exactly.once.support'
const answers: ReadonlyArray<
  readonly [what: string, props: ConfigProps, answer: () => Answer, errors: object]
> = [
  ['exactly once, supported', required, () => 'supported', {}],
  [
    'exactly once, unsupported',
    required,
    () => 'unsupported',
    {
      [key]: [
        'The connector does not support exactly-once semantics with the provided configuration.',
      ],
    },
  ],
  [
    'exactly once, a connector that throws',
    required,
    () => {
      throw new Error('no table')
    },
    { [key]: ['An unexpected error occurred during validation: no table'] },
  ],
  ['own transactions, supported', boundary, () => 'supported', {}],
  [
    'own transactions, unsupported',
    boundary,
    () => 'unsupported',
    {
      'transaction.boundary': [
        'The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a different transaction boundary definition.',
      ],
    },
  ],
  ['neither is asked for', {}, () => 'unsupported', {}],
]

for (const [what, props, answer, errors] of answers) {
  test(`a connector is asked how it delivers: ${what}`, async () => {
    assert.deepEqual(await deliveryErrors(props, answer), errors)
  })
}

test('a connector that does not say is refused where exactly once is required', async () => {
  const errors = await deliveryErrors(required, () => null)
  assert.match(errors[key]?.[0] ?? '', /^The connector does not implement the API required for/)
})

test('exactly once is refused where the worker does not deliver so', async () => {
  const errors = await deliveryErrors(required, () => 'supported', false)
  assert.deepEqual(errors, {
    [key]: ['This worker does not have exactly-once source support enabled.'],
  })
})
