import type { ConnectorConfig, SinkConfig } from './connector-config.ts'
import type { DeadLetterOptions } from './errors/dead-letter.ts'
import type { ErrorHandling } from './errors/operator.ts'

export function errorHandling(config: ConnectorConfig): ErrorHandling {
  return {
    tolerance: config['errors.tolerance'] === 'all' ? 'all' : 'none',
    retryTimeoutMs: config['errors.retry.timeout'],
    retryDelayMaxMs: config['errors.retry.delay.max.ms'],
  }
}

/** null without a dead letter queue. */
export function deadLetterOptions(config: SinkConfig): DeadLetterOptions | null {
  const topic = config['errors.deadletterqueue.topic.name']
  if (topic === '') return null
  return {
    topic,
    replicationFactor: config['errors.deadletterqueue.topic.replication.factor'],
    contextHeaders: config['errors.deadletterqueue.context.headers.enable'],
  }
}
