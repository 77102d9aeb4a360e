import { atLeast, type ConfigSpec } from '../../sdk/index.ts'
import { refusedKey } from './refused-key.ts'

const ONLY_SOURCES = 'bearer.auth.credentials.source is STATIC_TOKEN or OAUTHBEARER'

/** How a converter tells the registry who it is. */
export const authKeys = {
  'basic.auth.credentials.source': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Where user and password come from: URL (before the host), USER_INFO (basic.auth.user.info) or SASL_INHERIT (sasl.jaas.config). USER_INFO where basic.auth.user.info is set, else URL.',
  },
  'basic.auth.user.info': {
    type: 'password',
    default: '',
    importance: 'medium',
    doc: 'User and password, as user:password.',
  },
  'schema.registry.basic.auth.user.info': {
    type: 'password',
    default: '',
    importance: 'low',
    doc: 'Former name of basic.auth.user.info.',
  },
  'sasl.jaas.config': {
    type: 'password',
    default: null,
    importance: 'low',
    doc: 'Login module whose username and password SASL_INHERIT takes.',
  },
  'bearer.auth.credentials.source': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Where the token comes from: STATIC_TOKEN (bearer.auth.token) or OAUTHBEARER (client credentials).',
  },
  'bearer.auth.token': {
    type: 'password',
    default: null,
    importance: 'medium',
    doc: 'The token of STATIC_TOKEN.',
  },
  'bearer.auth.issuer.endpoint.url': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Where OAUTHBEARER gets its tokens.',
  },
  'bearer.auth.client.id': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Client id of OAUTHBEARER.',
  },
  'bearer.auth.client.secret': {
    type: 'password',
    default: null,
    importance: 'medium',
    doc: 'Client secret of OAUTHBEARER.',
  },
  'bearer.auth.scope': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Scope that OAUTHBEARER asks for.',
  },
  'bearer.auth.logical.cluster': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Sent as the header target-sr-cluster.',
  },
  'bearer.auth.identity.pool.id': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Sent as the header Confluent-Identity-Pool-Id.',
  },
  'bearer.auth.cache.expiry.buffer.seconds': {
    type: 'int',
    default: 300,
    validator: atLeast(0),
    importance: 'low',
    doc: 'How long before its end a token is replaced.',
  },
  'bearer.auth.scope.claim.name': refusedKey('tokens are passed on unread'),
  'bearer.auth.sub.claim.name': refusedKey('tokens are passed on unread'),
  'bearer.auth.custom.provider.class': refusedKey(ONLY_SOURCES),
  'bearer.auth.uami.endpoint.url': refusedKey(ONLY_SOURCES),
  'bearer.auth.uami.endpoint.query': refusedKey(ONLY_SOURCES),
} as const satisfies ConfigSpec
