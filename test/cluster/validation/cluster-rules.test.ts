import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkClusterRules } from '../../../src/cluster/validation/cluster-rules.ts'
import { defineConfig } from '../../../src/config/definition.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { validateConfig } from '../../../src/config/report.ts'
import { sourceConfig } from '../../../src/runtime/connector-config.ts'
import { SourceConnector } from '../../../src/sdk/connector.ts'
import { defineSourceConnector } from '../../../src/sdk/plugin.ts'

type Answer = 'supported' | 'unsupported' | null

/** A connector that answers as its settings say; without them it can't. */
class AnsweringSource extends SourceConnector<{ readonly answer: string }> {
  start(): void {}

  taskConfigs(): readonly ConfigProps[] {
    return []
  }

  override exactlyOnceSupport({ answer }: { readonly answer: string }): Answer {
    return answerOf(answer)
  }

  override canDefineTransactionBoundaries({
    answer,
  }: {
    readonly answer: string
  }): 'supported' | 'unsupported' {
    // JavaScript may answer anything.
    return answerOf(answer) as 'supported'
  }
}

function answerOf(text: string): Answer {
  if (text === 'throws') throw new Error('the system is away')
  if (text === 'throws nothing to read') throw new Error('')
  return text === 'supported' || text === 'unsupported' ? text : null
}

const plugin = defineSourceConnector({
  class: 'acme.Answering',
  version: '1',
  taskClass: 'acme.AnsweringTask',
  config: defineConfig({ answer: { type: 'string', importance: 'high', doc: '' } }),
  createConnector: () => new AnsweringSource(),
  createTask() {
    throw new TypeError('is not made to check settings')
  },
})

function problems(isExactlyOnce: boolean, given: ConfigProps): readonly string[] {
  const props = { name: 'c', 'connector.class': 'acme.Answering', ...given }
  const rules = { groupId: 'g', isExactlyOnce, consumerGroup: props.name }
  const report = validateConfig(sourceConfig, props)
  return checkClusterRules(rules, plugin as never, props, report).values.flatMap(
    ({ name, errors }) => errors.map((error) => `${name}: ${error}`),
  )
}

const disabled =
  'exactly.once.support: This worker does not have exactly-once source support enabled.'
const unsupported =
  'exactly.once.support: The connector does not support exactly-once semantics with the provided configuration.'
const unknown =
  'exactly.once.support: The connector does not implement the API required for preflight validation of exactly-once source support. Please consult the documentation for the connector to determine whether it supports exactly-once semantics, and then consider reconfiguring the connector to use the value "requested" for this property (which will disable this preflight check and allow the connector to be created).'

for (const [answer, problem] of [
  ['supported', []],
  ['unsupported', [unsupported]],
  ['silent', [unknown]],
  [
    'throws',
    ['exactly.once.support: An unexpected error occurred during validation: the system is away'],
  ],
  [
    'throws nothing to read',
    [
      'exactly.once.support: An unexpected error occurred during validation; please see the worker logs for more details.',
    ],
  ],
  [
    null,
    [
      'exactly.once.support: An unexpected error occurred during validation: Missing required configuration "answer" which has no default value.',
    ],
  ],
] as const) {
  test(`exactly.once.support=required of a connector that answers ${answer}`, () => {
    const props = {
      'exactly.once.support': 'REQUIRED',
      ...(answer === null ? {} : { answer }),
    }
    assert.deepEqual(problems(true, props), problem)
    assert.deepEqual(problems(false, props), [disabled, ...problem])
  })
}

test('exactly.once.support=requested asks nothing of the connector', () => {
  assert.deepEqual(problems(false, { answer: 'throws', 'exactly.once.support': 'requested' }), [])
})

for (const [answer, problem] of [
  ['supported', []],
  [
    'unsupported',
    [
      'transaction.boundary: The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a different transaction boundary definition.',
    ],
  ],
  [
    'silent',
    [
      "transaction.boundary: This connector has returned a null value from its canDefineTransactionBoundaries method, which is not permitted. The connector will be treated as if it cannot define its own transaction boundaries, and cannot be configured with 'transaction.boundary' set to 'connector'.",
    ],
  ],
] as const) {
  test(`transaction.boundary=connector of a connector that answers ${answer}`, () => {
    assert.deepEqual(problems(false, { answer, 'transaction.boundary': 'Connector' }), problem)
    assert.deepEqual(problems(false, { answer, 'transaction.boundary': 'poll' }), [])
  })
}
