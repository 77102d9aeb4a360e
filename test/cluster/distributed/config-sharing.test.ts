import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { findConfigSharer } from '../../../src/cluster/distributed/config-sharing.ts'
import { signatureHeaders } from '../../../src/cluster/distributed/session-keys.ts'
import type { WorkerRequest } from '../../../src/cluster/distributed/worker-client.ts'
import {
  encodeAssignment,
  encodeWorkerState,
} from '../../../src/cluster/distributed/worker-protocol.ts'
import type { GroupDescription } from '../../../src/kafka/client.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

const none = { connectors: [], tasks: [] }
const url = 'http://there:8083/'
const sessionKey = { key: randomBytes(32), algorithm: 'HmacSHA256', createdMs: 0 }
const own = signatureHeaders(Buffer.alloc(0), sessionKey, 'HmacSHA256')

/** A group with one worker at the URL. */
function group(groupId: string, connectors: readonly string[]): GroupDescription {
  const assignment = encodeAssignment('sessioned', {
    ...{ error: 0, leader: 'm', leaderUrl: url, configOffset: 1, revoked: none, delayMs: 0 },
    work: { connectors, tasks: connectors.map((connector) => ({ connector, task: 0 })) },
  })
  const metadata = encodeWorkerState('sessioned', { url, configOffset: 1, owned: null })
  return { groupId, protocol: 'sessioned', members: [{ metadata, assignment }] }
}

/** Looks for others where `a` and `b` are configured. */
async function look(
  groups: readonly GroupDescription[],
  answer: (isOwnKey: boolean) => number,
): Promise<{ readonly found: unknown; readonly asked: number }> {
  let asked = 0
  const askWorker = async (_url: URL, { headers }: WorkerRequest) => {
    asked++
    const mac = headers['X-Connect-Authorization']
    const status = answer(mac === own['X-Connect-Authorization'])
    return { status, location: null, body: '' }
  }
  const found = await findConfigSharer({
    ...{ groupId: 'own', url: 'http://here:8083/', sessionKey, askWorker, logger: silentLogger },
    signatureAlgorithm: 'HmacSHA256',
    describeGroups: async () => groups,
    isConfigured: (name) => name === 'a' || name === 'b',
  })
  return { found, asked }
}

const theirs = { groupId: 'other', workerId: 'there:8083', url, runs: 'connector a' }

for (const status of [404, 400]) {
  test(`a worker that takes our signature, and no other, has our config topic: ${status}`, async () => {
    const { found } = await look([group('other', ['a'])], (isOwnKey) => (isOwnKey ? status : 403))
    assert.deepEqual(found, theirs)
  })
}

test('a cluster of the same connectors with a key of its own is another one', async () => {
  assert.deepEqual(await look([group('other', ['a', 'b'])], () => 403), { found: null, asked: 2 })
})

test('a worker that looks at no signature tells nothing', async () => {
  assert.deepEqual(await look([group('other', ['a'])], () => 404), { found: null, asked: 1 })
})

test('who runs something else, or nothing, or is of this cluster, is not asked', async () => {
  const groups = [group('other', ['a', 'c']), group('idle', []), group('own', ['a'])]
  assert.deepEqual(await look(groups, () => 404), { found: null, asked: 0 })
})

test('a worker that does not answer holds nobody up', async () => {
  const groups = [group('other', ['a'])]
  const failing = () => assert.fail('no connection')
  assert.equal((await look(groups, failing)).found, null)
})
