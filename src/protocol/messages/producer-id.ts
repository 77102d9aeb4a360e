import { field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** InitProducerId (API 22): gives a producer its id and epoch and fences the ones before it. */
export const initProducerIdRequest = defineMessage({
  key: 22,
  name: 'InitProducerIdRequest',
  versions: [0, 6],
  flexibleSince: 2,
  fields: {
    transactionalId: field('string', { nullable: 0 }),
    transactionTimeoutMs: field('int32'),
    producerId: field('int64', { since: 3, default: -1 }),
    producerEpoch: field('int16', { since: 3, default: -1 }),
    enable2Pc: field('bool', { since: 6, default: false }),
    keepPreparedTxn: field('bool', { since: 6, default: false }),
  },
})
export type InitProducerIdRequest = Decoded<typeof initProducerIdRequest>

export const initProducerIdResponse = defineMessage({
  key: 22,
  name: 'InitProducerIdResponse',
  versions: [0, 6],
  flexibleSince: 2,
  fields: {
    throttleTimeMs: field('int32'),
    errorCode: field('int16'),
    producerId: field('int64', { default: -1 }),
    producerEpoch: field('int16'),
    ongoingTxnProducerId: field('int64', { since: 6, default: -1 }),
    ongoingTxnProducerEpoch: field('int16', { since: 6, default: -1 }),
  },
})
export type InitProducerIdResponse = Decoded<typeof initProducerIdResponse>
