import { type ConfigValues, defineConfig, extendConfig } from '../config/definition.ts'
import { parseConfig } from '../config/parse.ts'
import { atLeast } from '../config/validators.ts'
import type { ClientProps } from './client.ts'
import { securityKeys } from './security-config.ts'

/** Settings of every client. Names and defaults are those of the Java clients. */
const commonConfig = defineConfig({
  'bootstrap.servers': {
    type: 'list',
    importance: 'high',
    doc: 'Brokers to ask first, host:port with commas between; they name all others.',
  },
  'client.id': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Name of this client in logs and quotas of the broker.',
  },
  'client.rack': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Rack or zone of this client. Consumers read from replicas there (replica.selector.class of brokers).',
  },
  'request.timeout.ms': {
    type: 'int',
    default: 30_000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Longest wait for the answer to one request; then the connection is closed.',
  },
  'default.api.timeout.ms': {
    type: 'int',
    default: 60_000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Longest wait of one call, retries included.',
  },
  'retry.backoff.ms': {
    type: 'long',
    default: 100,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Delay before the first retry of a request; doubles with each.',
  },
  'retry.backoff.max.ms': {
    type: 'long',
    default: 1000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Longest delay before a retry.',
  },
  'reconnect.backoff.ms': {
    type: 'long',
    default: 50,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Delay before the second attempt to connect to a broker; doubles with each.',
  },
  'reconnect.backoff.max.ms': {
    type: 'long',
    default: 1000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Longest delay before an attempt to connect.',
  },
  'socket.connection.setup.timeout.ms': {
    type: 'long',
    default: 10_000,
    importance: 'medium',
    doc: 'Longest wait for a connection, TLS and login included.',
  },
  'metadata.max.age.ms': {
    type: 'long',
    default: 300_000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Age at which topics and leaders are asked for again although nothing failed.',
  },
})

/** What clients of every kind have; an admin client has nothing else. */
export const connectionConfig = extendConfig(commonConfig, securityKeys)

export type ConnectionConfig = ConfigValues<typeof connectionConfig>

/** @throws ConnectError CONFIG_INVALID */
export function readAdminConfig(props: ClientProps): ConnectionConfig {
  return parseConfig(connectionConfig, props)
}
