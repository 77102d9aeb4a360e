import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { SinkRecord, SourceRecord } from '../../src/data/record.ts'
import { ErrorMetrics } from '../../src/metrics/error-metrics.ts'
import { DeadLetterQueue } from '../../src/runtime/errors/dead-letter.ts'
import { ErrantReporter } from '../../src/runtime/errors/errant-reporter.ts'
import type { Failure } from '../../src/runtime/errors/failure.ts'
import { logReporter } from '../../src/runtime/errors/log-reporter.ts'
import { retryDelayMs } from '../../src/runtime/errors/retry-delay.ts'
import { TaskControl } from '../../src/runtime/task-control.ts'
import { FakeProducer, fetched, kafkaError, ManualClock, MemoryLogger, settle } from './fakes.ts'
import { operatorFor, textConverters } from './source-harness.ts'

const id = { connector: 'sink', task: 3 }
const error = new ConnectError('not readable', { code: 'DATA_INVALID' })

function failureAt(index: number): Failure {
  const records = {
    ...fetched('orders', 2, 40, ['a', 'b']),
    headers: () => [{ key: '__connect.errors.stage', value: Buffer.from('TASK_PUT') }],
  }
  const origin = { kind: 'sink', records, index } as const
  return { stage: 'VALUE_CONVERTER', className: 'JsonConverter', error, origin }
}

function deadLetters(contextHeaders = true) {
  const producer = new FakeProducer()
  const logger = new MemoryLogger()
  const options = { topic: 'dlq', replicationFactor: 1, contextHeaders }
  return {
    producer,
    logger,
    queue: new DeadLetterQueue({ id, options, producer, metrics: new ErrorMetrics(), logger }),
  }
}

test('a dead letter has the bytes of its record, and tells what went wrong', async () => {
  const { producer, queue } = deadLetters()
  await queue.report(failureAt(1))
  const [letter] = producer.sent
  assert.ok(letter)
  assert.deepEqual(
    [letter.topic, letter.key, letter.value, letter.timestamp],
    ['dlq', null, 'b', 1000],
  )
  assert.deepEqual(letter.headers.slice(0, -1), [
    ['__connect.errors.stage', 'TASK_PUT'],
    ['__connect.errors.topic', 'orders'],
    ['__connect.errors.partition', '2'],
    ['__connect.errors.offset', '41'],
    ['__connect.errors.connector.name', 'sink'],
    ['__connect.errors.task.id', '3'],
    ['__connect.errors.stage', 'VALUE_CONVERTER'],
    ['__connect.errors.class.name', 'JsonConverter'],
    ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
    ['__connect.errors.exception.message', 'not readable'],
  ])
  const [name, trace] = letter.headers.at(-1) ?? []
  assert.equal(name, '__connect.errors.exception.stacktrace')
  assert.match(String(trace), /DataException: not readable\n\tat /)
})

test('without context headers a dead letter is the record as it was', async () => {
  const { producer, queue } = deadLetters(false)
  await queue.report(failureAt(0))
  assert.deepEqual(producer.sent[0]?.headers, [['__connect.errors.stage', 'TASK_PUT']])
})

test('offsets can wait for the letters of their partitions', async () => {
  const { producer, queue } = deadLetters()
  await queue.report(failureAt(0))
  await queue.settled([{ topic: 'orders', partition: 1 }])
  let settled = false
  const waiting = queue.settled([{ topic: 'orders', partition: 2 }]).then(() => {
    settled = true
  })
  await settle()
  assert.equal(settled, false)
  producer.batches[0]?.ack()
  await waiting
})

test('a letter that is being prepared counts as on its way', async () => {
  const { producer, queue } = deadLetters()
  const prepared = Promise.withResolvers<void>()
  producer.onPrepare = () => prepared.promise
  producer.autoAck = true
  const reported = queue.report(failureAt(0))
  let settled = false
  const waiting = queue.settled([{ topic: 'orders', partition: 2 }]).then(() => {
    settled = true
  })
  await settle()
  assert.equal(settled, false)
  prepared.resolve()
  await Promise.all([reported, waiting])
  assert.equal(producer.sent.length, 1)
})

test('a letter that cannot be sent is logged, the task goes on', async () => {
  const { producer, queue, logger } = deadLetters()
  await queue.report(failureAt(0))
  producer.batches[0]?.fail(kafkaError('not authorized'))
  await queue.settled([{ topic: 'orders', partition: 2 }])
  assert.ok(logger.has('error', /dlq.*not authorized/))
  producer.refuse = () => kafkaError('too large')
  await queue.report(failureAt(1))
  assert.ok(logger.has('error', /dlq.*too large/))
})

test('the log line names task, stage and class, and the record where it may', () => {
  const logger = new MemoryLogger()
  void logReporter(id, false, logger)(failureAt(1))
  void logReporter(id, true, logger)(failureAt(1))
  const record = new SourceRecord({ topic: 't', sourcePartition: null, sourceOffset: null })
  void logReporter(id, true, logger)({ ...failureAt(0), origin: { kind: 'source', record } })
  const start = `Error encountered in task sink-3. Executing stage 'VALUE_CONVERTER' with class 'JsonConverter'`
  assert.deepEqual(
    logger.lines.map(({ message }) => message),
    [
      `${start}.`,
      `${start}, where consumed record is {topic='orders', partition=2, offset=41, timestamp=1000, timestampType=CreateTime}.`,
      `${start}, where source record is = ${record}.`,
    ],
  )
})

test('a record that a sink made itself is converted back for its report', async () => {
  const failures: Failure[] = []
  const deps = { clock: new ManualClock(), logger: new MemoryLogger(), failures }
  const errors = operatorFor({ tolerance: 'all' }, { ...deps, control: new TaskControl('STARTED') })
  const reporter = new ErrantReporter(errors, textConverters(), async () => {})
  await reporter.report(
    new SinkRecord({ topic: 't', partition: 4, offset: 9, value: 'made' }),
    error,
  )
  const origin = failures[0]?.origin
  assert.ok(origin?.kind === 'sink')
  const { records } = origin
  const value = records.bytes.toString('utf8', records.valueStarts[0], records.valueEnds[0])
  assert.deepEqual(
    [records.topic, records.partition, records.offsets[0], value],
    ['t', 4, 9, 'made'],
  )
  assert.equal(records.keyStarts[0], -1)
})

test('a report resolves once the record is where it shall be', async () => {
  const deps = { clock: new ManualClock(), logger: new MemoryLogger(), failures: [] }
  const errors = operatorFor({ tolerance: 'all' }, { ...deps, control: new TaskControl('STARTED') })
  const letters = Promise.withResolvers<void>()
  const reporter = new ErrantReporter(errors, textConverters(), () => letters.promise)
  const record = new SinkRecord({ topic: 't', partition: 4, offset: 9, value: 'x' })
  const resolved: string[] = []
  const report = reporter.report(record, error).then(() => resolved.push('report'))
  await settle()
  resolved.push('letters')
  letters.resolve()
  await report
  assert.deepEqual(resolved, ['letters', 'report'])
})

test('the delay doubles up to its limit and is random beyond', () => {
  const delays = [1, 2, 3, 4, 5].map((attempt) => retryDelayMs(attempt, 2000, () => 0.25))
  assert.deepEqual(delays, [300, 600, 1200, 500, 500])
})
