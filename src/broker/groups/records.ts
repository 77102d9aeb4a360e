import { Cursor } from '../../protocol/cursor.ts'
import { array, field } from '../../protocol/fields.ts'
import { type Decoded, defineMessage } from '../../protocol/message.ts'
import type { InternalRecord } from '../log/internal-log.ts'
import { decodeVersioned, encodeVersioned } from '../log/versioned.ts'

/**
 * What `__consumer_offsets` holds, as Apache Kafka writes it, so that its tools can read it. Keys
 * and values begin with a number: of a key it says what it is a key of, of a value it is a version.
 */

const keyType = { offset: 1, group: 2 } as const
/** Version 0 of the key of an offset differs from 1 in its number only. */
const LEGACY_OFFSET_KEY = 0
const OFFSET_VERSION = 4
/** The one version that has a time of expiry, so offsets with one are written in it. */
const EXPIRING_OFFSET_VERSION = 1
const GROUP_VERSION = 3

const offsetKey = defineMessage({
  key: null,
  name: 'OffsetCommitKey',
  versions: [0, 1],
  flexibleSince: null,
  fields: { group: field('string'), topic: field('string'), partition: field('int32') },
})

const offsetValue = defineMessage({
  key: null,
  name: 'OffsetCommitValue',
  versions: [0, 4],
  flexibleSince: 4,
  fields: {
    offset: field('int64'),
    leaderEpoch: field('int32', { since: 3, default: -1 }),
    metadata: field('string'),
    commitTimestamp: field('int64'),
    expireTimestamp: field('int64', { since: 1, until: 1, default: -1 }),
    topicId: field('uuid', { since: 4, tag: 0 }),
  },
})

const groupKey = defineMessage({
  key: null,
  name: 'GroupMetadataKey',
  versions: [2, 2],
  flexibleSince: null,
  fields: { group: field('string') },
})

const groupValue = defineMessage({
  key: null,
  name: 'GroupMetadataValue',
  versions: [0, 4],
  flexibleSince: 4,
  fields: {
    protocolType: field('string'),
    generation: field('int32'),
    protocol: field('string', { nullable: 0 }),
    leader: field('string', { nullable: 0 }),
    currentStateTimestamp: field('int64', { since: 2, default: -1 }),
    members: array({
      memberId: field('string'),
      groupInstanceId: field('string', { since: 3, nullable: 3, default: null }),
      clientId: field('string'),
      clientHost: field('string'),
      rebalanceTimeout: field('int32', { since: 1, default: -1 }),
      sessionTimeout: field('int32'),
      subscription: field('bytes'),
      assignment: field('bytes'),
    }),
  },
})

export type OffsetKey = Decoded<typeof offsetKey>
export type OffsetValue = Decoded<typeof offsetValue>
export type GroupValue = Decoded<typeof groupValue>

/** @param value null takes the offset away. */
export function offsetRecord(key: OffsetKey, value: OffsetValue | null): InternalRecord {
  const version = value?.expireTimestamp === -1 ? OFFSET_VERSION : EXPIRING_OFFSET_VERSION
  return {
    key: encodeVersioned(offsetKey, keyType.offset, key),
    value: value === null ? null : encodeVersioned(offsetValue, version, value),
  }
}

/** @param value null takes the group away. */
export function groupRecord(group: string, value: GroupValue | null): InternalRecord {
  return {
    key: encodeVersioned(groupKey, keyType.group, { group }),
    value: value === null ? null : encodeVersioned(groupValue, GROUP_VERSION, value),
  }
}

export type GroupsRecord =
  | { readonly kind: 'offset'; readonly key: OffsetKey; readonly value: OffsetValue | null }
  | { readonly kind: 'group'; readonly group: string; readonly value: GroupValue | null }

/**
 * @returns null for a record of another kind, such as newer brokers write.
 * @throws ConnectError RECORD_CORRUPT
 */
export function readGroupsRecord({ key, value }: InternalRecord): GroupsRecord | null {
  const cursor = new Cursor(key)
  const type = cursor.readInt16()
  switch (type) {
    case LEGACY_OFFSET_KEY:
    case keyType.offset:
      return {
        kind: 'offset',
        key: offsetKey.decode(cursor, type),
        value: value === null ? null : decodeVersioned(offsetValue, value),
      }
    case keyType.group:
      return {
        kind: 'group',
        group: groupKey.decode(cursor, type).group,
        value: value === null ? null : decodeVersioned(groupValue, value),
      }
    default:
      return null
  }
}
