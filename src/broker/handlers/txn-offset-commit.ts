import { errorCode } from '../../protocol/error-codes.ts'
import {
  txnOffsetCommitRequest,
  txnOffsetCommitResponse,
} from '../../protocol/messages/transactions.ts'
import { defineApi } from '../api.ts'
import { offsetsToCommit } from '../groups/offsets-to-commit.ts'
import { refusedCode } from '../transactions/known-code.ts'
import { offsetsPartition } from '../transactions/offsets-partition.ts'

const ABORTABLE_SINCE = 4
/** From this version on offsets get into the transaction without AddOffsetsToTxn before. */
const JOINS_SINCE = 5

/** TxnOffsetCommit: stores offsets that count once the transaction is committed. */
export const txnOffsetCommit = defineApi({
  request: txnOffsetCommitRequest,
  response: txnOffsetCommitResponse,
  versions: [0, 5],
  async handle(broker, body, { apiVersion }) {
    const { offsets, answer } = offsetsToCommit(broker, body.topics, -1)
    const verdict =
      apiVersion >= JOINS_SINCE
        ? await broker.transactions.add(body, offsetsPartition)
        : broker.transactions.verify(body, offsetsPartition)
    if (verdict !== errorCode.NONE) {
      const code = refusedCode(verdict, apiVersion >= ABORTABLE_SINCE)
      return { throttleTimeMs: 0, topics: answer(code) }
    }
    const { producerId, producerEpoch } = body
    const code = await broker.groups.stageTransactional(
      { producerId, producerEpoch },
      {
        groupId: body.groupId,
        memberId: body.memberId,
        instanceId: body.groupInstanceId,
        generation: body.generationId,
        offsets,
      },
    )
    return { throttleTimeMs: 0, topics: answer(code) }
  },
  refuse: (body, code) => ({
    throttleTimeMs: 0,
    topics: body.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }),
})
