import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exposition } from '../../src/metrics/exposition.ts'
import type { GroupReading } from '../../src/metrics/registry.ts'
import { parseStrictly } from './strict-parser.ts'

const source = (connector: string, polled: number): GroupReading => ({
  domain: 'kafka.connect',
  type: 'source-task-metrics',
  tags: { connector, task: '0' },
  readings: { 'source-record-poll-total': polled, 'poll-batch-max-time-ms': Number.NaN },
})

const text: GroupReading = {
  domain: 'kafka.connect',
  type: 'connector-metrics',
  tags: { connector: 'a' },
  readings: { status: 'running' },
}

const info: GroupReading = {
  domain: 'kafka.connect',
  type: 'app-info',
  tags: { 'client-id': 'w:1' },
  readings: { version: '1.2', 'start-time-ms': 1500 },
}

test('OpenMetrics: families together, counters and infos with their suffix, an end', async () => {
  const groups = [source('a', 3), text, source('b', 4), info]
  assert.equal(
    await exposition(groups, 'openmetrics', 'short'),
    `# TYPE kafka_connect_source_task_source_record_poll counter
# HELP kafka_connect_source_task_source_record_poll Records polled, before transforms
kafka_connect_source_task_source_record_poll_total{connector="a",task="0"} 3
kafka_connect_source_task_source_record_poll_total{connector="b",task="0"} 4
# TYPE kafka_connect_source_task_poll_batch_max_time_ms gauge
# HELP kafka_connect_source_task_poll_batch_max_time_ms Longest time that a poll with records took
kafka_connect_source_task_poll_batch_max_time_ms{connector="a",task="0"} NaN
kafka_connect_source_task_poll_batch_max_time_ms{connector="b",task="0"} NaN
# TYPE kafka_connect_connector_status gauge
# HELP kafka_connect_connector_status unassigned, running, paused, stopped, failed or restarting
kafka_connect_connector_status{connector="a",status="running"} 1
# TYPE kafka_connect_version info
# HELP kafka_connect_version Version of Millrace
kafka_connect_version_info{clientid="w:1",version="1.2"} 1
# TYPE kafka_connect_start_time_seconds gauge
# HELP kafka_connect_start_time_seconds When the worker started
kafka_connect_start_time_seconds{clientid="w:1"} 1.5
# EOF
`,
  )
})

test("Prometheus' own format names families as their samples and has no infos", async () => {
  const answer = await exposition([source('a', 3), info], 'prometheus', 'short')
  assert.match(answer, /^# TYPE kafka_connect_source_task_source_record_poll_total counter$/m)
  assert.match(answer, /^# TYPE kafka_connect_version_info gauge$/m)
  assert.doesNotMatch(answer, /EOF/)
  parseStrictly(answer, 'prometheus')
})

test('names can follow the MBeans', async () => {
  const samples = parseStrictly(
    await exposition([source('a', 3), text, info], 'openmetrics', 'mbean'),
    'openmetrics',
  )
  assert.deepEqual(
    samples.map(({ name, labels }) => [name, labels]),
    [
      ['kafka_connect_source_task_metrics_source_record_poll_total', { connector: 'a', task: '0' }],
      ['kafka_connect_source_task_metrics_poll_batch_max_time_ms', { connector: 'a', task: '0' }],
      ['kafka_connect_connector_metrics_status_info', { connector: 'a', status: 'running' }],
      ['kafka_connect_app_info_version_info', { client_id: 'w:1', version: '1.2' }],
      ['kafka_connect_app_info_start_time_seconds', { client_id: 'w:1' }],
    ],
  )
})

test('a name of a connector may have any character', async () => {
  const connector = 'a "b" \\ {c}=,\n# ü 😀'
  for (const format of ['openmetrics', 'prometheus'] as const) {
    const [sample] = parseStrictly(
      await exposition([source(connector, 1)], format, 'short'),
      format,
    )
    assert.deepEqual(sample?.labels, { connector, task: '0' })
  }
})

test('of a task that two threads tell of, the last one counts', async () => {
  const answer = await exposition([source('a', 3), source('a', 5)], 'openmetrics', 'short')
  const [sample] = parseStrictly(answer, 'openmetrics')
  assert.equal(sample?.value, 5)
})

test('a gauge and a counter of plug-ins may have the same name', async () => {
  const plugin = { domain: 'kafka.connect', type: 'plugins', tags: { connector: 'a' } }
  const groups = [
    { ...plugin, readings: { rows: 1 } },
    { ...plugin, readings: { 'rows-total': 2 } },
  ]
  const samples = parseStrictly(await exposition(groups, 'openmetrics', 'short'), 'openmetrics')
  assert.deepEqual(
    samples.map(({ name, value }) => [name, value]),
    [
      ['kafka_connect_plugins_rows', 1],
      ['kafka_connect_plugins_rows_counter_total', 2],
    ],
  )
})

test('large, tiny and infinite numbers can be read', async () => {
  const values = [1e21, 5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]
  const group: GroupReading = {
    ...source('a', 0),
    readings: Object.fromEntries(values.map((value, index) => [`n${index}`, value])),
  }
  const samples = parseStrictly(await exposition([group], 'openmetrics', 'short'), 'openmetrics')
  assert.deepEqual(
    samples.map(({ value }) => value),
    values.map((value) => value + 0),
  )
})

test('without metrics OpenMetrics is only its end', async () => {
  assert.equal(await exposition([], 'openmetrics', 'short'), '# EOF\n')
  assert.equal(await exposition([], 'prometheus', 'short'), '')
})

test('metrics of thousands of tasks leave turns for others, about one for each 3,000 lines', async () => {
  const groups = Array.from({ length: 3000 }, (_, task) => source(`c${task}`, task))
  let turns = 0
  const count = () => {
    turns++
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  const lines = (await exposition(groups, 'prometheus', 'short')).split('\n')
  clearImmediate(next)
  assert.equal(lines.filter((line) => line.startsWith('kafka_connect')).length, 6000)
  assert.ok(turns >= 30, `${turns} turns`)
})
