import { ConnectError, type ErrorCode } from '../base/errors.ts'
import { errorCode, errorName, isRetriableCode } from '../protocol/error-codes.ts'

const fencedHint =
  'a newer producer has the same transactional.id, or the transaction took longer than transaction.timeout.ms'

/** What a user can do about an answer; others need no hint or there is none. */
const hints: Readonly<Record<number, string>> = {
  [errorCode.UNKNOWN_TOPIC_OR_PARTITION]: 'the topic or partition does not exist',
  [errorCode.INVALID_TOPIC_EXCEPTION]: 'the topic name is not allowed',
  [errorCode.TOPIC_AUTHORIZATION_FAILED]: 'the client may not use this topic; check the ACLs',
  [errorCode.GROUP_AUTHORIZATION_FAILED]: 'the client may not use this group; check the ACLs',
  [errorCode.CLUSTER_AUTHORIZATION_FAILED]: 'the client may not do this; check the ACLs',
  [errorCode.MESSAGE_TOO_LARGE]:
    'raise max.message.bytes of the topic or message.max.bytes of the broker',
  [errorCode.INVALID_SESSION_TIMEOUT]:
    'session.timeout.ms is outside of what the broker allows (group.min/max.session.timeout.ms)',
  [errorCode.INCONSISTENT_GROUP_PROTOCOL]:
    'the group has members of another kind, such as consumers in that of workers, or that share no protocol with this one (partition.assignment.strategy, connect.protocol): give this one another group.id',
  [errorCode.FENCED_INSTANCE_ID]: 'another member has the same group.instance.id',
  [errorCode.INVALID_REPLICATION_FACTOR]: 'there are fewer brokers than replicas are asked for',
  [errorCode.NOT_ENOUGH_REPLICAS]: 'fewer replicas are in sync than min.insync.replicas',
  [errorCode.NON_EMPTY_GROUP]: 'the group still has members; stop them first',
  [errorCode.PRODUCER_FENCED]: fencedHint,
  [errorCode.INVALID_PRODUCER_EPOCH]: fencedHint,
  [errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED]:
    'the client may not use this transactional.id; check the ACLs',
  [errorCode.INVALID_TRANSACTION_TIMEOUT]:
    'transaction.timeout.ms is above transaction.max.timeout.ms of the broker',
  [errorCode.OFFSET_OUT_OF_RANGE]: 'the log does not have this offset, or no longer',
}

/** Brokers have no more to say of these than that authorization failed. */
const refusals: ReadonlySet<number> = new Set([
  errorCode.TOPIC_AUTHORIZATION_FAILED,
  errorCode.GROUP_AUTHORIZATION_FAILED,
  errorCode.CLUSTER_AUTHORIZATION_FAILED,
  errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
])

const fencedCodes: ReadonlySet<number> = new Set([
  errorCode.PRODUCER_FENCED,
  errorCode.INVALID_PRODUCER_EPOCH,
])

/**
 * Error for what a broker answered.
 * @param what Was asked of whom: `127.0.0.1:9092: creating topic orders`.
 * @param detail The broker's own words, where it sends some.
 */
export function brokerError(what: string, code: number, detail?: string | null): ConnectError {
  const hint = refusals.has(code) ? hints[code] : detail || hints[code]
  const text = hint === undefined ? errorName(code) : `${errorName(code)}: ${hint}`
  return new ConnectError(`${what} failed with ${text}`, { code: connectCode(code) })
}

function connectCode(code: number): ErrorCode {
  if (fencedCodes.has(code)) return 'KAFKA_FENCED'
  return isRetriableCode(code) ? 'KAFKA_UNAVAILABLE' : 'KAFKA'
}
