import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetched, settle } from '../runtime/fakes.ts'
import { startHost } from '../runtime/host-harness.ts'
import { p0, p1 } from '../runtime/sink-harness.ts'
import { lines } from '../runtime/source-harness.ts'
import { readingsOf } from './fixture.ts'

const id = { connector: 'c', task: 0 }
const tags = { connector: 'c', task: '0' }
const sinkProps = { 'connector.class': 'test.Sink', topics: 't' }

/** A host, and what its metrics are at the moment. */
function start() {
  const host = startHost()
  const read = (type: string) => readingsOf(host.metrics.read(), type, tags)
  return { ...host, read }
}

test('a source task: polled, written and not yet written records', async () => {
  const { startTask, tasks, producer, read, host } = start()
  producer.autoAck = false
  await startTask()
  await settle()
  tasks[0]?.give(lines(1, 'a', 'b'), lines(3, 'c'), [])
  await settle()
  assert.partialDeepStrictEqual(read('source-task-metrics'), {
    'source-record-poll-total': 3,
    'source-record-write-total': 0,
    'source-record-active-count': 3,
    'source-record-poll-rate': 0.1,
  })
  for (const batch of producer.batches) batch.ack()
  await settle()
  assert.partialDeepStrictEqual(read('source-task-metrics'), {
    'source-record-write-total': 3,
    'source-record-active-count': 0,
    'source-record-active-count-max': 3,
  })
  assert.partialDeepStrictEqual(read('connector-task-metrics'), {
    'batch-size-max': 2,
    'batch-size-avg': 1,
  })
  assert.equal('transaction-size-max' in read('source-task-metrics'), false)
  await host.close()
})

test('a task is described by its plug-ins', async () => {
  const { startTask, read, host } = start()
  await startTask()
  await settle()
  assert.partialDeepStrictEqual(read('connector-task-metrics'), {
    status: 'running',
    'connector-class': 'test.Source',
    'connector-type': 'source',
    'connector-version': '1',
    'task-class': 'test.SourceTask',
    'key-converter-class': 'test.Text',
    'header-converter-class': 'test.Header',
    'header-converter-version': '1',
  })
  await host.close()
})

test('how long a task ran and was paused', async () => {
  const { startTask, clock, read, host } = start()
  await startTask()
  await settle()
  await clock.advance(3000)
  host.setTaskTarget(id, 'PAUSED')
  await settle()
  await clock.advance(1000)
  assert.partialDeepStrictEqual(read('connector-task-metrics'), {
    status: 'paused',
    'running-ratio': 0.75,
    'pause-ratio': 0.25,
  })
  await host.close()
})

test('metrics of a failed task stay until it is stopped', async () => {
  const { startTask, tasks, read, host, metrics } = start()
  await startTask()
  await settle()
  tasks[0]?.give(new Error('broken'))
  await settle()
  assert.equal(read('connector-task-metrics')['status'], 'failed')
  await host.stopTasks([id])
  assert.deepEqual(metrics.read(), [])
})

test('a task that is started again begins at zero', async () => {
  const { startTask, tasks, read, host } = start()
  await startTask()
  await settle()
  tasks[0]?.give(lines(1, 'a'))
  await settle()
  await host.stopTasks([id])
  await startTask()
  assert.equal(read('source-task-metrics')['source-record-poll-total'], 0)
  await host.close()
})

test('commits of source offsets that succeed and fail', async () => {
  const { startTask, tasks, clock, read, host } = start()
  await startTask()
  await settle()
  tasks[0]?.give(lines(1, 'a'))
  await settle()
  await clock.advance(60_000)
  assert.partialDeepStrictEqual(read('connector-task-metrics'), {
    'offset-commit-success-percentage': 1,
    'offset-commit-failure-percentage': 0,
    'offset-commit-max-time-ms': 0,
  })
  await host.close()
})

test('a sink task: read, put and committed records', async () => {
  const { startTask, consumer, clock, read, host } = start()
  await startTask('STARTED', sinkProps)
  await settle()
  consumer.ends = 10
  consumer.assignNow(p0, p1)
  consumer.feed(fetched('t', 0, 0, ['a', 'b']), fetched('t', 1, 5, ['c']))
  await settle()
  assert.partialDeepStrictEqual(read('sink-task-metrics'), {
    'sink-record-read-total': 3,
    'sink-record-send-total': 3,
    'partition-count': 2,
    'sink-record-active-count': 8,
    'sink-record-lag-max': 8,
    'offset-commit-seq-no': 0,
  })
  await clock.advance(60_000)
  consumer.wakeup()
  await settle()
  assert.partialDeepStrictEqual(read('sink-task-metrics'), {
    'sink-record-active-count': 0,
    'offset-commit-seq-no': 1,
    'offset-commit-completion-total': 1,
    'offset-commit-skip-total': 0,
  })
  await host.close()
})

test('a record that a converter refuses is an error, skipped where that is tolerated', async () => {
  const { startTask, tasks, read, host } = start()
  await startTask('STARTED', {
    'errors.tolerance': 'all',
    transforms: 'cast',
    'transforms.cast.type': 'test.Refusing',
  })
  await settle()
  tasks[0]?.give(lines(1, 'a', 'b'))
  await settle()
  assert.partialDeepStrictEqual(read('task-error-metrics'), {
    'total-record-failures': 2,
    'total-record-errors': 2,
    'total-records-skipped': 2,
    'total-retries': 0,
    'total-errors-logged': 0,
  })
  assert.partialDeepStrictEqual(read('source-task-metrics'), {
    'source-record-poll-total': 2,
    'source-record-write-total': 0,
    'source-record-active-count': 0,
  })
  await host.close()
})

test('records that a sink reports are failures, and logged', async () => {
  const { startTask, sinkTask, consumer, read, host } = start()
  sinkTask.onPut = (records) => {
    for (const record of records)
      void sinkTask.given.errantRecordReporter?.report(record, new Error())
  }
  await startTask('STARTED', {
    ...sinkProps,
    'errors.tolerance': 'all',
    'errors.log.enable': 'true',
  })
  await settle()
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a', 'b']))
  await settle()
  assert.partialDeepStrictEqual(read('task-error-metrics'), {
    'total-record-failures': 2,
    'total-record-errors': 0,
    'total-errors-logged': 2,
    'deadletterqueue-produce-requests': 0,
  })
  await host.close()
})

test('metrics of a plug-in are there under its task until it stops', async () => {
  const { startTask, sinkTask, read, host, metrics } = start()
  await startTask('STARTED', sinkProps)
  await settle()
  const added = sinkTask.given.pluginMetrics()
  const rows = added.counter('rows', { description: 'Rows written', tags: { table: 'a' } })
  rows.add()
  rows.add(4)
  added.gauge('queue-size', () => 7)
  const broken = added.gauge('broken', () => {
    throw new Error('no value')
  })
  added.measure('query-time').record(3)
  const all = metrics.read().filter(({ type }) => type === 'plugins')
  assert.deepEqual(
    all.map((group) => [group.tags, group.readings]),
    [
      [{ ...tags, table: 'a' }, { 'rows-total': 5 }],
      [tags, { 'queue-size': 7 }],
      [tags, { broken: Number.NaN }],
      [tags, { 'query-time-avg': 3, 'query-time-max': 3, 'query-time-rate': 0.1 }],
    ],
  )
  broken.remove()
  assert.equal('broken' in read('plugins'), false)
  assert.throws(() => rows.add(-1), { code: 'BAD_REQUEST' })
  assert.throws(() => added.counter('no name'), { code: 'BAD_REQUEST' })
  assert.throws(() => added.gauge('rows-total', () => 1), { code: 'BAD_REQUEST' })
  assert.throws(() => added.counter('x', { tags: { task: '1' } }), { code: 'BAD_REQUEST' })
  assert.throws(() => added.counter('x', { tags: { 'a-b': '1' } }), { code: 'BAD_REQUEST' })
  added.gauge('query.time.avg', () => 8)
  assert.equal(read('plugins')['query-time-avg'], undefined)
  await host.stopTasks([id])
  added.counter('late').add()
  assert.deepEqual(metrics.read(), [])
})

test('metrics of a connector go with it, those that it adds at its next start replace them', async () => {
  const { startConnector, connector, host, metrics } = start()
  connector.behaviour.start = () => {
    connector.given.pluginMetrics().counter('tables').add()
  }
  await startConnector()
  await host.setConnectorTarget('c', 'PAUSED')
  await host.setConnectorTarget('c', 'STARTED')
  assert.deepEqual(metrics.read(), [
    {
      domain: 'kafka.connect',
      type: 'plugins',
      tags: { connector: 'c' },
      meanings: { 'tables-total': '' },
      readings: { 'tables-total': 1 },
    },
  ])
  await host.stopConnector('c')
  assert.deepEqual(metrics.read(), [])
})
