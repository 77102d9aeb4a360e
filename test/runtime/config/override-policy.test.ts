import assert from 'node:assert/strict'
import { test } from 'node:test'
import { builtinPlugins } from '../../../src/cli/builtin.ts'
import {
  createOverridePolicy,
  ensureOverridesAllowed,
} from '../../../src/runtime/config/override-policy.ts'
import { createPluginRegistry } from '../../../src/runtime/plugin-registry.ts'
import type { Props } from '../../../src/runtime/props.ts'

const SETTING = 'connector.client.config.override.policy'
const plugins = createPluginRegistry(builtinPlugins)

const policies: ReadonlyArray<[policy: string, name: string, refused: readonly string[]]> = [
  ['All', 'All', []],
  [
    'org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy',
    'None',
    ['acks', 'sasl.mechanism'],
  ],
  ['PrincipalConnectorClientConfigOverridePolicy', 'Principal', ['acks']],
  ['Allowlist', 'Allowlist', ['sasl.mechanism']],
]
for (const [policy, name, keys] of policies) {
  test(`override policy ${policy} refuses ${keys.join(' and ') || 'nothing'}`, async () => {
    const { refused } = await createOverridePolicy(plugins, {
      [SETTING]: policy,
      'connector.client.config.override.allowlist': 'acks, linger.ms',
    })
    const answer = refused({
      connector: 'c',
      connectorClass: 'C',
      connectorType: 'source',
      client: 'producer',
      props: { acks: '1', 'sasl.mechanism': 'PLAIN' },
    })
    assert.deepEqual(
      answer,
      Object.fromEntries(
        keys.map((key) => [
          key,
          `The '${name}' policy does not allow '${key}' to be overridden in the connector configuration.`,
        ]),
      ),
    )
  })
}

test('an unknown override policy is refused with those that there are', async () => {
  await assert.rejects(createOverridePolicy(plugins, { [SETTING]: 'Some' }), {
    code: 'CONFIG_INVALID',
    message: `Invalid value Some for configuration ${SETTING}: must be All, None, Principal, Allowlist or a policy on plugin.path`,
  })
})

test('a task does not start with settings that the policy of its worker refuses', async () => {
  const plugin = await plugins.find('connector', 'FileStreamSource')
  const start = (policy: string, props: Props, worker: Props = {}) =>
    ensureOverridesAllowed(
      { plugins, workerProps: { ...worker, [SETTING]: policy } },
      plugin,
      props,
    )
  await assert.rejects(start('Principal', { 'producer.override.acks': '1' }), {
    message:
      "Client Config Overrides not allowed: The 'Principal' policy does not allow 'acks' to be overridden in the connector configuration.",
  })
  await start('All', { 'producer.override.acks': '1' })
  // A source has a consumer only where it reads offsets of its own.
  const consumer = { 'consumer.override.fetch.min.bytes': '1' }
  await start('None', consumer)
  const ownOffsets = { ...consumer, 'offsets.storage.topic': 'mine' }
  await start('None', ownOffsets)
  const message = /'fetch\.min\.bytes' to be overridden/
  await assert.rejects(start('None', ownOffsets, { 'group.id': 'c' }), { message })
  const cluster = { 'group.id': 'c', 'exactly.once.source.support': 'enabled' }
  await assert.rejects(start('None', consumer, cluster), { message })
})
