import type { ConfigSpec, SpecValues } from '../config/definition.ts'
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
  'ssl.truststore.type': {
    type: 'string',
    default: 'JKS',
    importance: 'medium',
    doc: 'PEM or PKCS12. PKCS12 is also read when it is labelled JKS.',
  },
  'ssl.truststore.location': {
    type: 'string',
    default: null,
    importance: 'high',
    doc: "File of the certificates that brokers are trusted by; the system's when absent.",
  },
  'ssl.truststore.password': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'Password of the trust store.',
  },
  'ssl.truststore.certificates': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'The trusted certificates themselves, in PEM.',
  },
  'ssl.keystore.type': {
    type: 'string',
    default: 'JKS',
    importance: 'medium',
    doc: 'PEM or PKCS12. PKCS12 is also read when it is labelled JKS.',
  },
  'ssl.keystore.location': {
    type: 'string',
    default: null,
    importance: 'high',
    doc: "File of this client's key and certificate.",
  },
  'ssl.keystore.password': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'Password of the key store.',
  },
  'ssl.keystore.key': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: "This client's key, in PEM.",
  },
  'ssl.keystore.certificate.chain': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: "This client's certificate and those above it, in PEM.",
  },
  'ssl.key.password': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'Password of the key.',
  },
  'ssl.endpoint.identification.algorithm': {
    type: 'string',
    default: 'https',
    importance: 'low',
    doc: "Empty: the broker's certificate need not carry its host name.",
  },
  'ssl.enabled.protocols': {
    type: 'list',
    default: ['TLSv1.2', 'TLSv1.3'],
    importance: 'medium',
    doc: 'TLS versions that may be used.',
  },
  'ssl.cipher.suites': {
    type: 'list',
    default: [],
    importance: 'low',
    doc: "Ciphers that may be used, under OpenSSL's or the standard's names; all when empty.",
  },
} as const satisfies ConfigSpec

export type SecurityConfig = SpecValues<typeof securityKeys>
