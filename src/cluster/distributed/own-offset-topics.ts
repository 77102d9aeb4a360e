import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Admin, ClientProps, KafkaClients } from '../../kafka/client.ts'
import { keyedRecord } from '../../kafka/keyed-record.ts'
import {
  adminProps,
  offsetsConsumerProps,
  offsetsProducerProps,
  transactionalProducerProps,
} from '../../runtime/client-props.ts'
import type { SourceOffset, SourceOffsetStore } from '../../runtime/offsets/offset-store.ts'
import { offsetRecords } from '../../runtime/offsets/offset-table.ts'
import { type Props, propOf } from '../../runtime/props.ts'
import { ensureInternalTopic, type InternalTopic } from './internal-topics.ts'
import type { RecordLog } from './record-log.ts'
import { TopicLog } from './topic-log.ts'
import { TopicOffsetStore } from './topic-offset-store.ts'
import { transactionalId } from './zombie-fencing.ts'

export interface OwnOffsetTopicsDeps {
  readonly clients: KafkaClients
  readonly workerProps: Props & { readonly 'bootstrap.servers': string }
  readonly groupId: string
  readonly isExactlyOnce: boolean
  /** The worker's own; those of connectors are created like it. */
  readonly like: InternalTopic
  readonly clock: Clock
  readonly logger: Logger
}

/** A topic of a connector's own, and the clients that reach it. */
export interface OwnOffsetTopic {
  readonly topic: InternalTopic
  readonly admin: ClientProps
  readonly consumer: ClientProps
  readonly producer: ClientProps
}

/** Requests over REST end after 90 s. */
const WRITE_TIMEOUT_MS = 60_000
const CLOSE_TIMEOUT_MS = 5000

/** Opens topics that single connectors keep their offsets in. */
export class OwnOffsetTopics {
  readonly #deps: OwnOffsetTopicsDeps

  constructor(deps: OwnOffsetTopicsDeps) {
    this.#deps = deps
  }

  get isExactlyOnce(): boolean {
    return this.#deps.isExactlyOnce
  }

  /** Of what writes offsets of the connector here; with exactly once it stands in for task 0. */
  producerProps(connector: string, props: Props): ClientProps {
    const { workerProps: worker, groupId, isExactlyOnce } = this.#deps
    const source = { worker, connector: props }
    if (!isExactlyOnce) return offsetsProducerProps(source, connector)
    const id = { connector, task: 0 }
    // The task itself warns of settings that can't be had.
    return transactionalProducerProps(source, id, transactionalId(groupId, id), () => {})
  }

  settings(connector: string, name: string, props: Props, producer: ClientProps): OwnOffsetTopic {
    const { workerProps: worker, isExactlyOnce, like } = this.#deps
    const source = { worker, connector: props }
    return {
      topic: {
        ...like,
        name,
        setting: 'offsets.storage.topic',
        purpose: `offsets of the source connector ${connector}`,
        bootstrapServers: propOf(producer, 'bootstrap.servers') ?? '',
      },
      admin: adminProps(source, `connector-worker-adminclient-${connector}`),
      consumer: offsetsConsumerProps(source, connector, isExactlyOnce),
      producer,
    }
  }

  /** @param onLost The topic can't be read any more. */
  async open(settings: OwnOffsetTopic, onLost: () => void): Promise<TopicOffsetStore> {
    const { clients, clock } = this.#deps
    const logger = this.#deps.logger.named(
      'org.apache.kafka.connect.storage.ConnectorOffsetBackingStore',
    )
    const { topic } = settings
    const { 'transactional.id': _, ...producerProps } = settings.producer
    const admin = clients.admin(settings.admin)
    let opened: TopicOffsetStore | null = null
    try {
      await ensureInternalTopic(topic, { admin, clock, logger })
      const log = new TopicLog({
        ...{ topic: topic.name, admin, clock, logger },
        consumer: clients.consumer(settings.consumer),
        producer: clients.producer(producerProps),
      })
      const store = new TopicOffsetStore(withAdmin(log, admin), logger)
      opened = store
      await store.start((error) => {
        logger.error(`${topic.name} is not read any more`, error)
        onLost()
        void store.close()
      })
      return store
    } catch (error) {
      await (opened ?? admin).close()
      throw error
    }
  }

  /** The store, but that with exactly once all that one call writes is a transaction. */
  writesTo(store: SourceOffsetStore, topic: string, producerProps: ClientProps): SourceOffsetStore {
    if (!this.#deps.isExactlyOnce) return store
    return {
      read: (connector, partitions) => store.read(connector, partitions),
      partitions: (connector) => store.partitions(connector),
      write: (connector, offsets) => this.#transact(connector, topic, producerProps, offsets),
      close: () => store.close(),
    }
  }

  async #transact(
    connector: string,
    topic: string,
    producerProps: ClientProps,
    offsets: readonly SourceOffset[],
  ): Promise<void> {
    if (offsets.length === 0) return
    const producer = this.#deps.clients.transactionalProducer({
      ...producerProps,
      // Unlike a task, whoever asked does not wait for ever.
      'max.block.ms': String(WRITE_TIMEOUT_MS),
      'delivery.timeout.ms': String(WRITE_TIMEOUT_MS),
    })
    try {
      await producer.initTransactions()
      await producer.prepare(topic)
      producer.beginTransaction()
      for (const record of offsetRecords(connector, offsets)) {
        await producer.room()
        producer.append(keyedRecord(topic, record))
      }
      await producer.commitTransaction()
    } finally {
      await producer.close(CLOSE_TIMEOUT_MS)
    }
  }
}

/** The log, which closes its admin client with it. */
function withAdmin(log: RecordLog, admin: Admin): RecordLog {
  return {
    start: (onRecord, onFailure) => log.start(onRecord, onFailure),
    readToEnd: () => log.readToEnd(),
    append: (records) => log.append(records),
    async close() {
      await log.close()
      await admin.close()
    },
  }
}
