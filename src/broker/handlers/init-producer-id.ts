import { errorCode } from '../../protocol/error-codes.ts'
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/producer-id.ts'
import { defineApi } from '../api.ts'
import { refusedProducer } from '../transactions/coordinator.ts'

/** In place of an id and of an epoch, of which there are both or neither. */
const NO_PRODUCER = -1
/** The first version that knows PRODUCER_FENCED. */
const FENCED_SINCE = 4

/**
 * InitProducerId: gives producers their ids, and fences those that had the transactional id before.
 *
 * Left out: two-phase commit with another system (version 6).
 */
export const initProducerId = defineApi({
  request: initProducerIdRequest,
  response: initProducerIdResponse,
  versions: [0, 5],
  async handle({ transactions }, body, { apiVersion }) {
    const { transactionalId, producerId, producerEpoch } = body
    if ((producerId === NO_PRODUCER) !== (producerEpoch === NO_PRODUCER)) {
      return { throttleTimeMs: 0, ...refusedProducer(errorCode.INVALID_REQUEST) }
    }
    const answer =
      transactionalId === null
        ? transactions.newProducer()
        : await transactions.initProducer({ ...body, transactionalId })
    const isUnknown = answer.errorCode === errorCode.PRODUCER_FENCED && apiVersion < FENCED_SINCE
    const code = isUnknown ? errorCode.INVALID_PRODUCER_EPOCH : answer.errorCode
    return { throttleTimeMs: 0, ...answer, errorCode: code }
  },
  refuse: (_body, code) => ({ throttleTimeMs: 0, ...refusedProducer(code) }),
})
