import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig, type SourceConnectorContext } from 'millrace/sdk'
import { lineSource } from '../src/index.ts'

async function taskFiles(files: string, tasksMax: number): Promise<unknown[]> {
  const props = { files, topic: 'lines' }
  const connector = lineSource.createConnector()
  // The connector asks its context for nothing but its properties.
  connector.initialize({ props } as unknown as SourceConnectorContext)
  await connector.start(parseConfig(lineSource.config, props))
  return (await connector.taskConfigs(tasksMax)).map((task) => task['files'])
}

test('the tasks share the files', async () => {
  assert.deepEqual(await taskFiles('a, b, c', 2), ['a,b', 'c'])
  assert.deepEqual(await taskFiles('a', 4), ['a'])
  assert.deepEqual(await taskFiles('', 4), [])
})

test('a topic is needed', () => {
  assert.throws(() => parseConfig(lineSource.config, { files: 'a', topic: ' ' }), {
    message: /String must be non-empty/,
  })
})
