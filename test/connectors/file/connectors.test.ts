import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileStreamSink, fileStreamSource } from '../../../src/connectors/file/index.ts'
import { parseConfig, type SourceMap } from '../../../src/sdk/index.ts'
import { connectorContext } from '../contexts.ts'

const props = { topic: 'lines', file: '/tmp/in.txt', transforms: 'a,b' }

test('the source has one task with all properties of the connector', async () => {
  const connector = fileStreamSource.createConnector()
  await connector.initialize(connectorContext(props))
  await connector.start(parseConfig(fileStreamSource.config, props))
  assert.deepEqual(await connector.taskConfigs(2), [props])
})

test('the sink has as many tasks as may be', async () => {
  const connector = fileStreamSink.createConnector()
  await connector.initialize(connectorContext(props))
  await connector.start({ file: null })
  assert.deepEqual(await connector.taskConfigs(2), [props, props])
})

const refusedConfigs: ReadonlyArray<[props: Record<string, string>, message: RegExp]> = [
  [{ file: 'x' }, /Missing required configuration "topic"/],
  [{ topic: ' ' }, /String must be non-empty/],
  [{ topic: 't', 'batch.size': 'abcd' }, /batch\.size.*Not a number of type INT/],
]

for (const [config, message] of refusedConfigs) {
  test(`the source refuses ${JSON.stringify(config)}`, () => {
    assert.throws(() => parseConfig(fileStreamSource.config, config), {
      code: 'CONFIG_INVALID',
      message,
    })
  })
}

test('exactly once needs a file', () => {
  const connector = fileStreamSource.createConnector()
  const support = (file: string) =>
    connector.exactlyOnceSupport(parseConfig(fileStreamSource.config, { topic: 't', file }))
  assert.deepEqual([support('x'), support(' ')], ['supported', 'unsupported'])
})

const partition = { filename: '/tmp/in.txt' }
const notLong = "The value for the 'position' key in the offset is expected to be a Long value"
const offsets: ReadonlyArray<[SourceMap | null, SourceMap | null, refusal: string | null]> = [
  [partition, { position: 10 }, null],
  [partition, { position: 10n }, null],
  [{ filename: '/another' }, { position: 0 }, null],
  [partition, null, null],
  [null, null, null],
  [partition, { position: 'nan' }, notLong],
  [partition, { position: '3' }, notLong],
  [partition, { position: null }, notLong],
  [partition, { position: 3.14 }, notLong],
  [
    partition,
    { position: -10 },
    "The value for the 'position' key in the offset should be a non-negative value",
  ],
  [partition, {}, "Offset objects should either be null or contain the key 'position'"],
  [null, { position: 1 }, 'Partition objects cannot be null'],
  [{ file: 'x' }, { position: 1 }, "Partition objects should contain the key 'filename'"],
]

for (const [from, offset, refusal] of offsets) {
  const what = `${JSON.stringify(from)} at ${String(offset?.['position'] ?? JSON.stringify(offset))}`
  test(`offsets: ${what} is ${refusal ?? 'taken'}`, () => {
    const alter = () => fileStreamSource.createConnector().alterOffsets(props, [[from, offset]])
    if (refusal === null) assert.equal(alter(), true)
    else assert.throws(alter, { code: 'CONNECT_FAILED', message: refusal })
  })
}

test('offsets of standard input can not be altered', () => {
  const alter = () => fileStreamSource.createConnector().alterOffsets({ topic: 't' }, [])
  assert.throws(alter, /^.*Offsets cannot be modified if the 'file' configuration is unspecified/)
})
