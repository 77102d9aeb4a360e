import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectSocket, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { encodeRequest } from '../../src/protocol/frame.ts'
import { fetchRequest, fetchResponse } from '../../src/protocol/messages/fetch.ts'
import { produceRequest, produceResponse } from '../../src/protocol/messages/produce.ts'
import { createTopicsRequest, createTopicsResponse } from '../../src/protocol/messages/topics.ts'
import { eventually } from '../helpers/eventually.ts'
import { root } from '../helpers/sources.ts'
import { temporaryFolder } from '../helpers/worker.ts'
import { batchOf, record } from '../protocol/batches.ts'
import { connect } from './transactions/requests.ts'

const LIMIT_BYTES = 32 * 1024 * 1024
/** What the process may take beside the limit: garbage, and what makes connections. */
const SLACK_BYTES = 256 * 1024 * 1024
const CONNECTIONS_MAX = 1000

let folder: ReturnType<typeof temporaryFolder>
let broker: ChildProcess
let port: number
let idleBytes: number

beforeEach(async () => {
  folder = temporaryFolder()
  const settings = [
    `queued.max.request.bytes=${LIMIT_BYTES}`,
    'connections.max.idle.ms=30000',
    'message.max.bytes=2000000',
  ]
  const args = ['broker', '--port', '0', '--data', folder.path, '--log-level', 'ERROR']
  const more = [
    ...settings.flatMap((one) => ['--set', one]),
    '--max-connections',
    `${CONNECTIONS_MAX}`,
  ]
  broker = spawn(process.execPath, ['src/cli/main.ts', ...args, ...more], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  assert.ok(broker.stdout !== null)
  const [line] = await once(createInterface(broker.stdout), 'line')
  port = Number(/:(\d+),/.exec(line)?.[1])
  await writeRecords()
  idleBytes = memoryBytes()
})
afterEach(async () => {
  const exit = once(broker, 'exit')
  broker.kill()
  await exit
  folder.remove()
})

async function writeRecords(): Promise<void> {
  const client = await connect(port)
  const topic = { name: 'lines', numPartitions: 1, replicationFactor: 1 }
  await client.ask([createTopicsRequest, createTopicsResponse], 5, {
    topics: [{ ...topic, assignments: [], configs: [] }],
    timeoutMs: 1000,
  })
  const records = batchOf([record('x'.repeat(1_500_000), { timestamp: Date.now() })])
  const answer = await client.ask([produceRequest, produceResponse], 9, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 'lines', partitionData: [{ index: 0, records }] }],
  })
  assert.equal(answer.responses[0]?.partitionResponses[0]?.errorCode, 0)
  client.close()
}

/** Linux tells it without `ps`, which small images lack. */
function memoryBytes(): number {
  const kilobytes =
    process.platform === 'linux'
      ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${broker.pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(broker.pid)], { encoding: 'utf8' })
  return Number(kilobytes) * 1024
}

/**
 * Connections that all send something; the largest memory of the broker meanwhile.
 * @param closedMin Waits until the broker has closed so many.
 */
async function besiege(
  count: number,
  act: (socket: Socket) => void,
  closedMin = 0,
): Promise<{ readonly closed: number; readonly peakBytes: number }> {
  let closed = 0
  const sockets = Array.from({ length: count }, () => {
    const socket = connectSocket(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('close', () => {
      closed++
    })
    socket.once('connect', () => act(socket))
    return socket
  })
  let peakBytes = 0
  const deadline = performance.now() + 60_000
  for (let nth = 0; nth < 15 || (closed < closedMin && performance.now() < deadline); nth++) {
    await setTimeout(100)
    peakBytes = Math.max(peakBytes, memoryBytes())
  }
  await assertServes()
  for (const socket of sockets) socket.destroy()
  return { closed, peakBytes }
}

const fetchFrom = (fetchOffset: number) => ({
  maxWaitMs: 100,
  minBytes: 1,
  maxBytes: 50_000_000,
  topics: [
    {
      topic: 'lines',
      partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 50_000_000 }],
    },
  ],
  forgottenTopicsData: [],
})

async function assertServes(): Promise<void> {
  const client = await connect(port)
  const { responses } = await client.ask([fetchRequest, fetchResponse], 11, fetchFrom(0))
  const size = responses[0]?.partitions[0]?.records?.length ?? 0
  assert.ok(size > 1_500_000, `${size} bytes`)
  client.close()
}

function assertBounded(peakBytes: number): void {
  const grownMb = (peakBytes - idleBytes) / 1e6
  const limitMb = (LIMIT_BYTES + SLACK_BYTES) / 1e6
  assert.ok(grownMb < limitMb, `${grownMb.toFixed()} MB more than idle, not ${limitMb.toFixed()}`)
}

test('clients that begin large requests and go on slowly are closed before memory is short', async () => {
  const part = Buffer.alloc(1_200_000)
  part.writeInt32BE(100_000_000, 0)
  const { closed, peakBytes } = await besiege(800, (socket) => socket.write(part), 101)
  assert.ok(closed > 100, `${closed} closed`)
  assertBounded(peakBytes)
})

test('clients that never read their answers are closed before memory is short', async () => {
  const header = { apiVersion: 11, correlationId: 1, clientId: null }
  const request = Buffer.concat(encodeRequest(fetchRequest, header, fetchFrom(0)))
  const { closed, peakBytes } = await besiege(150, (socket) => {
    socket.pause()
    socket.write(Buffer.concat(Array.from({ length: 20 }, () => request)))
  })
  assert.equal(closed, 0, 'who does not read does not see the end')
  assertBounded(peakBytes)
})

test('thousands of requests at once that wait for records hold little', async () => {
  const waiting = { ...fetchFrom(1), maxWaitMs: 60_000, minBytes: 1_000_000_000 }
  const header = { apiVersion: 11, correlationId: 1, clientId: null }
  const request = Buffer.concat(encodeRequest(fetchRequest, header, waiting))
  const many = Buffer.concat(Array.from({ length: 1000 }, () => request))
  const { peakBytes } = await besiege(500, (socket) => socket.write(many))
  assertBounded(peakBytes)
})

test('more connections than --max-connections are closed, and the others are served', async () => {
  const { closed } = await besiege(CONNECTIONS_MAX - 1, () => {})
  assert.equal(closed, 0)
  const sockets = Array.from({ length: CONNECTIONS_MAX + 50 }, () =>
    connectSocket(port, '127.0.0.1'),
  )
  let ended = 0
  for (const socket of sockets) {
    socket.on('error', () => {})
    socket.on('close', () => {
      ended++
    })
  }
  await eventually('50 connections are closed', 60_000, () => ended >= 50)
  for (const socket of sockets) socket.destroy()
  await eventually('others are served', 60_000, async () => {
    await assertServes()
    return true
  })
})
