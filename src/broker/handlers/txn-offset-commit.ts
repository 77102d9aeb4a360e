import { errorCode } from '../../protocol/error-codes.ts'
import {
  txnOffsetCommitRequest,
  txnOffsetCommitResponse,
} from '../../protocol/messages/transactions.ts'
import { defineApi } from '../api.ts'
import { offsetsToCommit } from '../groups/offsets-to-commit.ts'
import { offsetsPartition } from '../transactions/offsets-partition.ts'

/**
 * TxnOffsetCommit: stores offsets that count once the transaction is committed.
 *
 * Left out: offsets without AddOffsetsToTxn before (version 5, KIP-890).
 */
export const txnOffsetCommit = defineApi({
  request: txnOffsetCommitRequest,
  response: txnOffsetCommitResponse,
  versions: [0, 4],
  async handle(broker, body) {
    const { offsets, answer } = offsetsToCommit(broker, body.topics, -1)
    const verdict = broker.transactions.verify(body, offsetsPartition)
    if (verdict !== errorCode.NONE) {
      const isFenced = verdict === errorCode.PRODUCER_FENCED
      return {
        throttleTimeMs: 0,
        topics: answer(isFenced ? errorCode.INVALID_PRODUCER_EPOCH : verdict),
      }
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
