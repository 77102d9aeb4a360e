import { withPrefix } from '../config/props.ts'
import type { ClientProps } from '../kafka/client.ts'
import type { Props } from './props.ts'
import type { TaskId } from './task-host.ts'

/** Properties of the clients of connectors: built-in ones, then the worker's, then the connector's. */
export interface ClientPropsSource {
  readonly worker: Props & { readonly 'bootstrap.servers': string }
  readonly connector: Props
}

const producerDefaults = {
  'max.block.ms': '9223372036854775807',
  'enable.idempotence': 'false',
  acks: 'all',
  'max.in.flight.requests.per.connection': '1',
  'delivery.timeout.ms': '2147483647',
}

export function sourceProducerProps(source: ClientPropsSource, id: TaskId): ClientProps {
  return assemble(source, 'producer', {
    ...producerDefaults,
    'client.id': `connector-producer-${id.connector}-${id.task}`,
  })
}

/**
 * Of a task that delivers exactly once.
 * @param onForced Told of each setting that a user gave and that can't be had.
 */
export function transactionalProducerProps(
  source: ClientPropsSource,
  id: TaskId,
  transactionalId: string,
  onForced: (problem: string) => void,
): ClientProps {
  const { 'enable.idempotence': _, ...defaults } = sourceProducerProps(source, id)
  const forced = { 'enable.idempotence': 'true', 'transactional.id': transactionalId }
  const given = { ...withPrefix(source.worker, 'producer.'), ...overrides(source, 'producer') }
  for (const [key, value] of Object.entries(forced)) {
    if (given[key] === undefined || given[key] === value) continue
    onForced(
      `The value '${given[key]}' for the '${key}' property will be ignored as it cannot be overridden for connectors when exactly-once source support is enabled. The value '${value}' will be used instead.`,
    )
  }
  return { ...defaults, ...forced }
}

/** Of what writes offsets of a connector to a topic of its own, beside its tasks. */
export function offsetsProducerProps(source: ClientPropsSource, connector: string): ClientProps {
  return assemble(source, 'producer', {
    ...producerDefaults,
    'client.id': `connector-offset-producer-${connector}`,
  })
}

/** Of what reads that topic, from its first record on. */
export function offsetsConsumerProps(
  source: ClientPropsSource,
  connector: string,
  exactlyOnce: boolean,
): ClientProps {
  const committed = { 'isolation.level': 'read_committed' }
  return {
    ...assemble(source, 'consumer', {
      ...committed,
      'client.id': `connector-offset-consumer-${connector}`,
    }),
    'auto.offset.reset': 'none',
    'allow.auto.create.topics': 'false',
    'enable.auto.commit': 'false',
    ...(exactlyOnce ? committed : {}),
  }
}

export function deadLetterProducerProps(source: ClientPropsSource, id: TaskId): ClientProps {
  return assemble(source, 'producer', {
    ...producerDefaults,
    'client.id': `connector-dlq-producer-${id.connector}-${id.task}`,
  })
}

export function sinkConsumerProps(source: ClientPropsSource, id: TaskId): ClientProps {
  return assemble(source, 'consumer', {
    'client.id': `connector-consumer-${id.connector}-${id.task}`,
    'group.id': `connect-${id.connector}`,
    'enable.auto.commit': 'false',
    'auto.offset.reset': 'earliest',
  })
}

/** Unlike the other clients, an admin client also has the worker's settings without a prefix. */
export function adminProps(source: ClientPropsSource, clientId: string): ClientProps {
  const unprefixed = Object.entries(source.worker).filter(
    ([key]) => !/^(admin|producer|consumer)\./.test(key),
  )
  return assemble(source, 'admin', { ...Object.fromEntries(unprefixed), 'client.id': clientId })
}

export function taskAdminId(id: TaskId): string {
  return `connector-adminclient-${id.connector}-${id.task}`
}

export function deadLetterAdminId(id: TaskId): string {
  return `connector-dlq-adminclient-${id.connector}-${id.task}`
}

function assemble(source: ClientPropsSource, kind: string, defaults: Props): ClientProps {
  const { worker } = source
  return {
    'bootstrap.servers': worker['bootstrap.servers'],
    ...defaults,
    ...withPrefix(worker, `${kind}.`),
    ...overrides(source, kind),
  }
}

function overrides({ connector }: ClientPropsSource, kind: string): Props {
  return withPrefix(connector, `${kind}.override.`)
}
