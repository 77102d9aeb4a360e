import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '../../src/config/parse.ts'
import { SourceRecord } from '../../src/data/record.ts'
import { transforms } from '../../src/transforms/index.ts'
import { blocksOf } from '../helpers/page.ts'

const examples = blocksOf('docs/transforms.md').filter(({ language }) => language === 'jsonl')

for (const { text } of examples) {
  const [settings = '', before = '', after = ''] = text.split('\n')
  const { type, ...config } = JSON.parse(settings) as Record<string, string>
  test(`the page's example of ${type} does what it says`, () => {
    const plugin = transforms.find((each) => each.class.endsWith(`.${type}`))
    assert.ok(plugin, `there is no ${type}`)
    const value = JSON.parse(before)
    const fields = { topic: 'orders', value, sourcePartition: null, sourceOffset: null }
    const result = plugin.create(parseConfig(plugin.config, config))(new SourceRecord(fields))
    assert.deepEqual(result?.value, JSON.parse(after))
  })
}

test('the page has an example of each transformation with a setting of its own for nested fields', () => {
  const own = transforms.filter(({ config }) => {
    return config.keys['field.syntax.version']?.isListedOnlyIfGiven === true
  })
  const names = new Set(own.map((plugin) => plugin.class.replace(/^.*\.|\$.*$/g, '')))
  assert.deepEqual(
    examples.map(({ text }) => String(JSON.parse(text.split('\n')[0] ?? '').type).split('$')[0]),
    [...names],
  )
})
