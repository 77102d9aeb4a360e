import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findForeignWorker } from '../../../src/cluster/distributed/topic-sharing.ts'
import { TopicStatusStore } from '../../../src/cluster/distributed/topic-status-store.ts'
import type { WorkerClient } from '../../../src/cluster/distributed/worker-client.ts'
import {
  encodeAssignment,
  encodeWorkerState,
} from '../../../src/cluster/distributed/worker-protocol.ts'
import type { GroupDescription } from '../../../src/kafka/client.ts'
import { FakeClock, settle } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import { MemoryTopic } from './memory-log.ts'

const none = { connectors: [], tasks: [] }
const url = 'http://there:8083/'

/** A group with one worker, which runs the connector `a` at the URL. */
function group(groupId: string): GroupDescription {
  const assignment = encodeAssignment('sessioned', {
    ...{ error: 0, leader: 'm', leaderUrl: url, configOffset: 1, revoked: none, delayMs: 0 },
    work: { connectors: ['a'], tasks: [] },
  })
  const metadata = encodeWorkerState('sessioned', { url, configOffset: 1, owned: null })
  return { groupId, protocol: 'sessioned', members: [{ metadata, assignment }] }
}

/** Looks for others where the status topic shows `a` as running there. */
async function look(
  groups: readonly GroupDescription[],
  answer: (statuses: TopicStatusStore, name: string) => Promise<number>,
) {
  const clock = new FakeClock()
  const warnings: string[] = []
  const topic = new MemoryTopic()
  const statuses = new TopicStatusStore({
    ...{ log: topic.open(), clock, logger: silentLogger, generation: () => 1 },
    onFailure: assert.fail,
    runsTask: () => false,
    onGivenUp: assert.fail,
  })
  await statuses.start()
  const state = { state: 'RUNNING', workerId: 'there:8083', version: null, trace: null } as const
  statuses.putConnector('a', state)
  await statuses.flush()
  await statuses.readToEnd()
  const asked: string[] = []
  const askWorker: WorkerClient = async ({ href, pathname }) => {
    asked.push(href)
    const status = await answer(statuses, pathname.split('/')[2] ?? '')
    return { status, location: null, body: '' }
  }
  const found = findForeignWorker({
    ...{ groupId: 'own', workerId: 'here:8083', url: 'http://here:8083/', statuses, askWorker },
    ...{ describeGroups: async () => groups, clock },
    logger: { ...silentLogger, warn: (text) => warnings.push(text) },
  })
  for (let turn = 0; turn < 60; turn++) {
    await settle()
    await clock.advance(250)
  }
  const worker = await found
  await statuses.readToEnd()
  assert.deepEqual(statuses.connectors(), ['a'])
  return { worker, warnings, asked }
}

test('a worker that shows what was put into the topic uses it', async () => {
  const { worker } = await look([group('other')], async (statuses, name) => {
    await statuses.readToEnd()
    return statuses.connector(name) === null ? 404 : 200
  })
  assert.deepEqual(worker, { groupId: 'other', workerId: 'there:8083', url, runs: 'connector a' })
})

test('a worker that knows nothing of it has topics of its own', async () => {
  const { worker, warnings, asked } = await look([group('other')], async () => 404)
  assert.deepEqual([worker, warnings], [null, []])
  assert.match(
    asked[0] ?? '',
    /^http:\/\/there:8083\/connectors\/millrace-looks-for-other-clusters-[\w-]+\/status$/,
  )
})

test('a worker that does not tell is named, and holds nobody up', async () => {
  for (const answer of [async () => 401, () => Promise.reject(new Error('no connection'))]) {
    const { worker, warnings } = await look([group('other')], answer)
    assert.equal(worker, null)
    assert.match(warnings.join(), /^Worker there:8083 of cluster other runs connector a,.*goes on/)
  }
})

test('workers of this cluster are not asked, also at an address that another one had', async () => {
  const { worker, asked } = await look([group('own'), group('other')], async () => 200)
  assert.deepEqual([worker, asked], [null, []])
})
