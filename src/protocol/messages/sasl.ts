import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** SaslHandshake (API 17): chooses the SASL mechanism. */
export const saslHandshakeRequest = defineMessage({
  key: 17,
  name: 'SaslHandshakeRequest',
  versions: [0, 1],
  flexibleSince: null,
  fields: {
    mechanism: field('string'),
  },
})
export type SaslHandshakeRequest = Decoded<typeof saslHandshakeRequest>

export const saslHandshakeResponse = defineMessage({
  key: 17,
  name: 'SaslHandshakeResponse',
  versions: [0, 1],
  flexibleSince: null,
  fields: {
    errorCode: field('int16'),
    mechanisms: array('string'),
  },
})
export type SaslHandshakeResponse = Decoded<typeof saslHandshakeResponse>

/** SaslAuthenticate (API 36): carries the SASL mechanism's own messages. */
export const saslAuthenticateRequest = defineMessage({
  key: 36,
  name: 'SaslAuthenticateRequest',
  versions: [0, 2],
  flexibleSince: 2,
  fields: {
    authBytes: field('bytes'),
  },
})
export type SaslAuthenticateRequest = Decoded<typeof saslAuthenticateRequest>

export const saslAuthenticateResponse = defineMessage({
  key: 36,
  name: 'SaslAuthenticateResponse',
  versions: [0, 2],
  flexibleSince: 2,
  fields: {
    errorCode: field('int16'),
    errorMessage: field('string', { nullable: 0 }),
    authBytes: field('bytes'),
    sessionLifetimeMs: field('int64', { since: 1, default: 0 }),
  },
})
export type SaslAuthenticateResponse = Decoded<typeof saslAuthenticateResponse>
