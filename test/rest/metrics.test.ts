import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { GroupReading } from '../../src/metrics/registry.ts'
import { freePort } from '../helpers/apache-kafka.ts'
import { call, startRest } from './fixture.ts'

const groups: readonly GroupReading[] = [
  {
    domain: 'kafka.connect',
    type: 'connect-worker-metrics',
    tags: {},
    readings: { 'task-count': 2 },
  },
]

let adminUrl = ''
let rest: Awaited<ReturnType<typeof startRest>>
before(async () => {
  adminUrl = `http://127.0.0.1:${await freePort()}`
  rest = await startRest({ 'admin.listeners': [adminUrl] }, {}, groups)
})
after(() => rest.server.close())

const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

const accepted: ReadonlyArray<readonly [accept: string | undefined, type: string]> = [
  [undefined, PROMETHEUS],
  ['*/*', PROMETHEUS],
  ['text/plain', PROMETHEUS],
  ['text/html,application/xhtml+xml,*/*;q=0.8', PROMETHEUS],
  ['application/json', PROMETHEUS],
  ['application/openmetrics-text', OPEN],
  // What Prometheus 2 and 3 send.
  [
    'application/openmetrics-text; version=1.0.0; q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    OPEN,
  ],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    OPEN,
  ],
  ['text/plain, application/openmetrics-text;q=0.1', PROMETHEUS],
  ['application/openmetrics-text;q=0', PROMETHEUS],
]

for (const [accept, type] of accepted) {
  test(`Accept: ${accept} is answered with ${type.slice(0, 28)}`, async () => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept }
    const reply = await rest.call('GET', '/metrics', { headers })
    assert.equal(reply.status, 200)
    assert.equal(reply.headers['content-type'], type)
    assert.match(String(reply.body), /^kafka_connect_worker_task_count 2$/m)
  })
}

test('names follow the MBeans on request', async () => {
  const reply = await rest.call('GET', '/metrics?names=mbean')
  assert.match(String(reply.body), /^kafka_connect_connect_worker_metrics_task_count 2$/m)
})

test('names of another kind are refused', async () => {
  assert.equal((await rest.call('GET', '/metrics?names=other')).status, 400)
})

test('the listener of administrators has the metrics, too', async () => {
  const reply = await call(adminUrl, 'GET', '/metrics')
  assert.match(String(reply.body), /^kafka_connect_worker_task_count 2$/m)
})

test('HEAD is answered, and nothing else is allowed', async () => {
  assert.equal((await rest.call('HEAD', '/metrics')).status, 200)
  assert.equal((await rest.call('POST', '/metrics')).status, 405)
})
