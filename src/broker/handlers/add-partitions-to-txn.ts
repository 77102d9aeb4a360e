import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import {
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
} from '../../protocol/messages/transactions.ts'
import { defineApi } from '../api.ts'
import { knownCode } from '../transactions/known-code.ts'

type Request = Decoded<typeof addPartitionsToTxnRequest>

/**
 * AddPartitionsToTxn: takes all of the partitions into a transaction, or none.
 *
 * Left out: versions from 4 on, in which brokers ask each other.
 */
export const addPartitionsToTxn = defineApi({
  request: addPartitionsToTxnRequest,
  response: addPartitionsToTxnResponse,
  versions: [0, 3],
  async handle({ transactions, topics }, body, { apiVersion }) {
    const isKnown = (topic: string, partition: number) =>
      topics.get(topic)?.isInternal === false && topics.partition(topic, partition) !== null
    const { v3AndBelowTopics: asked } = body
    if (!asked.every(({ name, partitions }) => partitions.every((one) => isKnown(name, one)))) {
      return answer(body, (topic, partition) =>
        isKnown(topic, partition)
          ? errorCode.OPERATION_NOT_ATTEMPTED
          : errorCode.UNKNOWN_TOPIC_OR_PARTITION,
      )
    }
    const producer = {
      transactionalId: body.v3AndBelowTransactionalId,
      producerId: body.v3AndBelowProducerId,
      producerEpoch: body.v3AndBelowProducerEpoch,
    }
    const partitions = new Map(asked.map((topic) => [topic.name, new Set(topic.partitions)]))
    const code = knownCode(await transactions.add(producer, partitions), apiVersion)
    return answer(body, () => code)
  },
  refuse: (body, code) => answer(body, () => code),
})

function answer(
  { v3AndBelowTopics }: Request,
  codeOf: (topic: string, partition: number) => number,
) {
  return {
    throttleTimeMs: 0,
    resultsByTopicV3AndBelow: v3AndBelowTopics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => ({
        partitionIndex,
        partitionErrorCode: codeOf(name, partitionIndex),
      })),
    })),
  }
}
