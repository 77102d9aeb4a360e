import { setImmediate } from 'node:timers/promises'
import * as membership from '../../../src/protocol/messages/group-membership.ts'
import * as offsets from '../../../src/protocol/messages/group-offsets.ts'
import { produceRequest, produceResponse } from '../../../src/protocol/messages/produce.ts'
import * as transactions from '../../../src/protocol/messages/transactions.ts'
import { batchOf, record } from '../../protocol/batches.ts'
import { connect, type RequestClient } from '../transactions/requests.ts'

export const PRODUCERS = 3
export const TRANSACTION_PARTITIONS = 2
/** Records of a transaction in each partition. */
export const TRANSACTION_RECORDS = 3
export const transactionGroup = 'of-transactions'

const transactionalId = 'transactions'
const produce = [produceRequest, produceResponse] as const
const joinGroup = [membership.joinGroupRequest, membership.joinGroupResponse] as const
const sync = [membership.syncGroupRequest, membership.syncGroupResponse] as const
const commit = [offsets.offsetCommitRequest, offsets.offsetCommitResponse] as const
const addPartitions = [
  transactions.addPartitionsToTxnRequest,
  transactions.addPartitionsToTxnResponse,
] as const
const addOffsets = [
  transactions.addOffsetsToTxnRequest,
  transactions.addOffsetsToTxnResponse,
] as const
const commitInTransaction = [
  transactions.txnOffsetCommitRequest,
  transactions.txnOffsetCommitResponse,
] as const
const endTransaction = [transactions.endTxnRequest, transactions.endTxnResponse] as const

/** What clients were told. What they asked for without an answer may have happened or not. */
export interface Journal {
  /** Acknowledged values of `lines`, by `partition:offset`. */
  readonly lines: Map<string, string>
  /** The offset that each group asked for last, and the last that was acknowledged. */
  readonly groups: Map<string, { asked: number; acknowledged: number }>
  /** By number. */
  readonly transactions: Map<number, { readonly isCommit: boolean; isAcknowledged: boolean }>
  commits: number
}

export function emptyJournal(): Journal {
  return { lines: new Map(), groups: new Map(), transactions: new Map(), commits: 0 }
}

/** Uses a broker in several ways at once, until it is gone. */
export async function load(port: number, round: number, journal: Journal): Promise<void> {
  const works = [
    ...Array.from({ length: PRODUCERS }, (_, partition) => sendLines(partition, journal)),
    commitOffsets(`round-${round}`, journal),
    transact(journal),
  ]
  await Promise.all(works.map((work) => untilGone(port, work)))
}

type Work = (client: RequestClient) => Promise<void>

async function untilGone(port: number, work: Work): Promise<void> {
  const client = await connect(port).catch(() => null)
  try {
    if (client !== null) await work(client)
  } catch (error) {
    if (!(error instanceof Error && error.message === 'the broker is gone')) throw error
  } finally {
    client?.close()
  }
}

/** An idempotent producer that writes to a partition of its own. */
function sendLines(partition: number, { lines }: Journal): Work {
  return async (client) => {
    const { producerId, producerEpoch } = await client.initProducer(null)
    for (let sequence = 0; ; ) {
      const count = 1 + Math.floor(Math.random() * 5)
      const values = Array.from(
        { length: count },
        (_, nth) => `${producerId}-${sequence + nth}-${'x'.repeat(200)}`,
      )
      const stamp = { producerId, producerEpoch, baseSequence: sequence, isTransactional: false }
      const first = await send(client, 'lines', partition, batch(values, stamp))
      for (const [nth, value] of values.entries()) lines.set(`${partition}:${first + nth}`, value)
      sequence += count
    }
  }
}

/** A member of a group that commits again and again. */
function commitOffsets(groupId: string, journal: Journal): Work {
  const state = { asked: -1, acknowledged: -1 }
  journal.groups.set(groupId, state)
  return async (client) => {
    const request = {
      groupId,
      sessionTimeoutMs: 30_000,
      protocolType: 'test',
      protocols: [{ name: 'p', metadata: Buffer.alloc(0) }],
    }
    const { memberId } = await client.ask(joinGroup, 4, { ...request, memberId: '' })
    const { generationId } = await client.ask(joinGroup, 4, { ...request, memberId })
    const member = { groupId, memberId, generationId }
    await client.ask(sync, 3, { ...member, assignments: [] })
    for (let offset = 0; ; offset++) {
      state.asked = offset
      const { topics } = await client.ask(commit, 7, {
        groupId,
        memberId,
        generationIdOrMemberEpoch: generationId,
        topics: [offsetOf(offset)],
      })
      assertNone(topics[0]?.partitions[0]?.errorCode)
      state.acknowledged = offset
      journal.commits++
    }
  }
}

/** Commits two transactions and aborts the third, and so on; all have records and an offset. */
function transact(journal: Journal): Work {
  return async (client) => {
    let { producerId, producerEpoch } = await endOpenTransaction(client)
    for (let baseSequence = 0; ; baseSequence += TRANSACTION_RECORDS) {
      const stamp = { transactionalId, producerId, producerEpoch }
      const number = journal.transactions.size
      const state = { isCommit: number % 3 !== 2, isAcknowledged: false }
      journal.transactions.set(number, state)
      const isNewer = Math.random() < 0.5
      if (!isNewer) await join(client, stamp)
      await fill(client, stamp, number, { baseSequence, isNewer })
      const { isCommit: committed } = state
      const ended = await client.ask(endTransaction, isNewer ? 5 : 3, { ...stamp, committed })
      assertNone(ended.errorCode)
      state.isAcknowledged = true
      if (!isNewer) continue
      producerId = ended.producerId
      producerEpoch = ended.producerEpoch
      baseSequence = -TRANSACTION_RECORDS
    }
  }
}

/** Takes the transactional id over; what is open is aborted. */
export async function endOpenTransaction(client: RequestClient) {
  for (;;) {
    const producer = await client.initProducer(transactionalId)
    if (producer.errorCode === 0) return producer
    await setImmediate()
  }
}

interface Stamp {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
}

const partitions = Array.from({ length: TRANSACTION_PARTITIONS }, (_, index) => index)
const groupId = transactionGroup

/** Needed for requests from before KIP-890. */
async function join(client: RequestClient, stamp: Stamp): Promise<void> {
  const added = await client.ask(addPartitions, 3, {
    v3AndBelowTransactionalId: stamp.transactionalId,
    v3AndBelowProducerId: stamp.producerId,
    v3AndBelowProducerEpoch: stamp.producerEpoch,
    v3AndBelowTopics: [{ name: 'transactions', partitions }],
  })
  assertNone(added.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode)
  assertNone((await client.ask(addOffsets, 3, { ...stamp, groupId })).errorCode)
}

async function fill(
  client: RequestClient,
  stamp: Stamp,
  number: number,
  { baseSequence, isNewer }: { readonly baseSequence: number; readonly isNewer: boolean },
) {
  const values = Array.from({ length: TRANSACTION_RECORDS }, () => String(number))
  const isTransactional = true
  for (const partition of partitions) {
    const records = batch(values, { ...stamp, baseSequence, isTransactional })
    const { transactionalId: id } = stamp
    await send(client, 'transactions', partition, records, { id, version: isNewer ? 12 : 9 })
  }
  const { topics } = await client.ask(commitInTransaction, isNewer ? 5 : 3, {
    ...stamp,
    groupId,
    topics: [offsetOf(number)],
  })
  assertNone(topics[0]?.partitions[0]?.errorCode)
}

function batch(values: readonly string[], stamp: Parameters<typeof batchOf>[2]): Buffer {
  const timestamp = Date.now()
  return batchOf(
    values.map((value) => record(value, { timestamp })),
    'none',
    stamp,
  )
}

/** @returns Offset of the first record. */
async function send(
  client: RequestClient,
  name: string,
  index: number,
  records: Buffer,
  { id = null, version = 9 }: { readonly id?: string | null; readonly version?: number } = {},
): Promise<number> {
  const { responses } = await client.ask(produce, version, {
    transactionalId: id,
    acks: -1,
    timeoutMs: 10_000,
    topicData: [{ name, partitionData: [{ index, records }] }],
  })
  const answer = responses[0]?.partitionResponses[0]
  assertNone(answer?.errorCode)
  return answer?.baseOffset ?? -1
}

function offsetOf(committedOffset: number) {
  const partition = {
    partitionIndex: 0,
    committedOffset,
    committedMetadata: `at ${committedOffset}`,
  }
  return { name: 'lines', partitions: [partition] }
}

function assertNone(errorCode: number | undefined): void {
  if (errorCode !== 0) throw new Error(`refused with error ${errorCode}`)
}
