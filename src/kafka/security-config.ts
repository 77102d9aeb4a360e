import type { ConfigSpec, SpecValues } from '../config/definition.ts'
import { tlsKeys } from '../config/tls-keys.ts'
import { oneOfIgnoreCase } from '../config/validators.ts'

/** How clients reach brokers: encryption and login. Names and defaults of the Java clients. */
export const securityKeys = {
  'security.protocol': {
    type: 'string',
    default: 'PLAINTEXT',
    validator: oneOfIgnoreCase('SASL_SSL', 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT'),
    importance: 'medium',
    doc: 'PLAINTEXT or SSL; with login SASL_PLAINTEXT or SASL_SSL.',
  },
  'sasl.mechanism': {
    type: 'string',
    default: 'GSSAPI',
    importance: 'medium',
    doc: 'PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.',
  },
  'sasl.jaas.config': {
    type: 'password',
    default: null,
    importance: 'medium',
    doc: 'Login module and its options, such as user name and password, in the form of JAAS.',
  },
  'sasl.oauthbearer.token.endpoint.url': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Where OAUTHBEARER gets its tokens, by client credentials.',
  },
  'sasl.oauthbearer.client.credentials.client.id': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Who asks for the token; else clientId of sasl.jaas.config.',
  },
  'sasl.oauthbearer.client.credentials.client.secret': {
    type: 'password',
    default: null,
    importance: 'medium',
    doc: 'The secret that goes with it; else clientSecret of sasl.jaas.config.',
  },
  'sasl.oauthbearer.scope': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'What the token is asked for; else scope of sasl.jaas.config.',
  },
  ...tlsKeys,
} as const satisfies ConfigSpec

export type SecurityConfig = SpecValues<typeof securityKeys>
