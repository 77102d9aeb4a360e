import { errorCode } from '../../protocol/error-codes.ts'
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/producer-id.ts'
import { defineApi } from '../api.ts'
import { refusedProducer } from '../transactions/coordinator.ts'

/** InitProducerId: gives idempotent producers their ids. */
export const initProducerId = defineApi({
  request: initProducerIdRequest,
  response: initProducerIdResponse,
  versions: [0, 5],
  handle: ({ transactions }, { transactionalId }) => ({
    throttleTimeMs: 0,
    ...(transactionalId === null
      ? transactions.newProducer()
      : refusedProducer(errorCode.COORDINATOR_NOT_AVAILABLE)),
  }),
  refuse: (_body, code) => ({ throttleTimeMs: 0, ...refusedProducer(code) }),
})
