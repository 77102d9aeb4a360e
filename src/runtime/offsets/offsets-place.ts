import type { ClientProps } from '../../kafka/client.ts'
import { type Props, propOf } from '../props.ts'

/** Where the offsets of one source connector are kept first. */
export interface OffsetsPlace {
  readonly topic: string
  /** It is the topic of the worker, on the worker's Kafka cluster: there is no second place. */
  readonly isWorkers: boolean
}

/**
 * @param worker Properties of a worker that keeps offsets in a topic.
 * @param producer Settings of the producer of the connector's tasks.
 */
export function offsetsPlace(
  worker: Props,
  connector: Props,
  producer: ClientProps,
  exactlyOnce: boolean,
): OffsetsPlace {
  const workers = propOf(worker, 'offset.storage.topic') ?? ''
  const own = propOf(connector, 'offsets.storage.topic')
  if (own === null && !exactlyOnce) return { topic: workers, isWorkers: true }
  const topic = own ?? workers
  const isWorkers = topic === workers && serversOf(producer) === serversOf(worker)
  return { topic, isWorkers }
}

/** Once each, in one order. */
function serversOf(props: Props): string {
  const servers = propOf(props, 'bootstrap.servers') ?? ''
  const named = new Set(servers.split(',').map((server) => server.trim()))
  return [...named].toSorted((a, b) => (a < b ? -1 : 1)).join()
}
