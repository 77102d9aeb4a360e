import type { ConfigSpec, SpecValues } from './definition.ts'

/** How a client trusts a server and shows who it is. Names and defaults of the Java clients. */
export const tlsKeys = {
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
    doc: "File of the certificates that servers are trusted by; the system's when absent.",
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
    doc: "Empty: the server's certificate need not carry its host name.",
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

export type TlsConfig = SpecValues<typeof tlsKeys>
