const errorCodes = {
  CONFIG_INVALID: { java: 'org.apache.kafka.common.config.ConfigException', retriable: false },
  CONNECT_FAILED: { java: 'org.apache.kafka.connect.errors.ConnectException', retriable: false },
  RETRIABLE: { java: 'org.apache.kafka.connect.errors.RetriableException', retriable: true },
  DATA_INVALID: { java: 'org.apache.kafka.connect.errors.DataException', retriable: false },
  SCHEMA_BUILDER: {
    java: 'org.apache.kafka.connect.errors.SchemaBuilderException',
    retriable: false,
  },
  SCHEMA_PROJECTOR: {
    java: 'org.apache.kafka.connect.errors.SchemaProjectorException',
    retriable: false,
  },
  WORKER_STATE: {
    java: 'org.apache.kafka.connect.errors.IllegalWorkerStateException',
    retriable: false,
  },
  NOT_FOUND: { java: 'org.apache.kafka.connect.errors.NotFoundException', retriable: false },
  ALREADY_EXISTS: {
    java: 'org.apache.kafka.connect.errors.AlreadyExistsException',
    retriable: false,
  },
  BAD_REQUEST: {
    java: 'org.apache.kafka.connect.runtime.rest.errors.BadRequestException',
    retriable: false,
  },
  /** The cluster is busy with something that the request would disturb. */
  CONFLICT: {
    java: 'org.apache.kafka.connect.runtime.rest.errors.ConnectRestException',
    retriable: false,
  },
  /** A rebalance has to end first. */
  REBALANCE: {
    java: 'org.apache.kafka.connect.runtime.distributed.RebalanceNeededException',
    retriable: false,
  },
  FORBIDDEN: {
    java: 'org.apache.kafka.connect.runtime.rest.errors.ConnectRestException',
    retriable: false,
  },
  /** The worker is still starting. */
  NOT_READY: {
    java: 'org.apache.kafka.connect.runtime.rest.errors.ConnectRestException',
    retriable: false,
  },
  /** A request took too long: the message says what the worker did. */
  REQUEST_TIMEOUT: {
    java: 'org.apache.kafka.connect.runtime.rest.errors.ConnectRestException',
    retriable: false,
  },
  /** A topic that the worker keeps its knowledge in was deleted, or lost its records. */
  TOPIC_LOST: { java: 'org.apache.kafka.connect.errors.ConnectException', retriable: false },
  ILLEGAL_ARGUMENT: { java: 'java.lang.IllegalArgumentException', retriable: false },
  SERIALIZATION: {
    java: 'org.apache.kafka.common.errors.SerializationException',
    retriable: false,
  },
  KAFKA: { java: 'org.apache.kafka.common.KafkaException', retriable: false },
  KAFKA_TIMEOUT: { java: 'org.apache.kafka.common.errors.TimeoutException', retriable: true },
  KAFKA_UNAVAILABLE: {
    java: 'org.apache.kafka.common.errors.DisconnectException',
    retriable: true,
  },
  KAFKA_AUTHENTICATION: {
    java: 'org.apache.kafka.common.errors.SaslAuthenticationException',
    retriable: false,
  },
  /** The member has to poll, so that the rebalance ends, before it commits. */
  KAFKA_REBALANCE: {
    java: 'org.apache.kafka.common.errors.RebalanceInProgressException',
    retriable: false,
  },
  /** The group has given the partitions to somebody else. */
  KAFKA_COMMIT_FAILED: {
    java: 'org.apache.kafka.clients.consumer.CommitFailedException',
    retriable: false,
  },
  KAFKA_GROUP_NOT_EMPTY: {
    java: 'org.apache.kafka.common.errors.GroupNotEmptyException',
    retriable: false,
  },
  /** A newer producer has the transactional id: this one can only be closed. */
  KAFKA_FENCED: {
    java: 'org.apache.kafka.common.errors.ProducerFencedException',
    retriable: false,
  },
  /** The open transaction can only be aborted. */
  KAFKA_TRANSACTION_FAILED: {
    java: 'org.apache.kafka.common.KafkaException',
    retriable: false,
  },
  RECORD_CORRUPT: {
    java: 'org.apache.kafka.common.errors.CorruptRecordException',
    retriable: false,
  },
} as const

/** Public API: a code is never renamed and never reused. */
export type ErrorCode = keyof typeof errorCodes

const brand = Symbol.for('millrace.ConnectError')

/**
 * Every failure that Millrace raises on purpose; plug-ins raise it too. Any other error is a bug.
 *
 * The brand lets a worker recognise errors of a plug-in that loaded its own copy of this class.
 */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
  readonly [brand] = true
  readonly code: ErrorCode

  constructor(message: string, options: ErrorOptions & { readonly code: ErrorCode }) {
    super(message, options)
    this.code = options.code
  }

  /** True when the same call may succeed later although the user changed nothing. */
  get retriable(): boolean {
    return errorCodes[this.code].retriable
  }

  /** Name of the reference's exception for the same failure; clients and log searches know it. */
  get javaClass(): string {
    return errorCodes[this.code].java
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** A failure that goes away by itself: the runtime calls again (`poll`, `put`, a transform, ...). */
export class RetriableError extends ConnectError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, code: 'RETRIABLE' })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof ConnectError && value.retriable
  }
}

export function isRetriable(error: unknown): boolean {
  return error instanceof ConnectError && error.retriable
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * Text of a `trace` in a status: `class: message`, stack frames, then the chain of causes,
 * as clients of the reference expect it.
 */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const head = error instanceof ConnectError ? error.javaClass : error.name
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const lines = [`${head}: ${error.message}`, ...frames.map((line) => `\t${line.trim()}`)]
  if (error.cause !== undefined) lines.push(`Caused by: ${traceOf(error.cause)}`)
  return lines.join('\n')
}
