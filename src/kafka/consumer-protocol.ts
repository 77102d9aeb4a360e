import { Cursor } from '../protocol/cursor.ts'
import type { Message } from '../protocol/message.ts'
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../protocol/messages/consumer-protocol.ts'
import { Writer } from '../protocol/writer.ts'
import type { MemberSubscription } from './assignor.ts'
import type { TopicPartition } from './client.ts'
import type { JoinedMember } from './group-protocol.ts'

/** Version in which this client writes; it reads all. */
const VERSION = 3

/** What a consumer tells the leader when it joins. */
export function encodeSubscription(
  topics: readonly string[],
  owned: readonly TopicPartition[],
  generationId: number,
): Buffer {
  const writer = versioned()
  const ownedPartitions = byTopic(owned)
  consumerProtocolSubscription.encode(writer, VERSION, { topics, ownedPartitions, generationId })
  return writer.toBuffer()
}

/** @throws ConnectError RECORD_CORRUPT */
export function decodeSubscription(member: JoinedMember): MemberSubscription {
  const { memberId, instanceId } = member
  const { topics, ownedPartitions, generationId } = decode(
    consumerProtocolSubscription,
    member.metadata,
  )
  const owned = flatten(ownedPartitions)
  return { memberId, instanceId, topics, owned, generation: generationId }
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const writer = versioned()
  consumerProtocolAssignment.encode(writer, VERSION, { assignedPartitions: byTopic(partitions) })
  return writer.toBuffer()
}

/** @throws ConnectError RECORD_CORRUPT */
export function decodeAssignment(bytes: Buffer): readonly TopicPartition[] {
  // A member that the leader did not know of gets nothing at all.
  if (bytes.length === 0) return []
  return flatten(decode(consumerProtocolAssignment, bytes).assignedPartitions)
}

function versioned(): Writer {
  const writer = new Writer()
  writer.writeInt16(VERSION)
  return writer
}

/** Later versions only add fields at the end. */
function decode<M extends Message>(message: M, bytes: Buffer): ReturnType<M['decode']> {
  const cursor = new Cursor(bytes)
  const version = Math.min(cursor.readInt16(), VERSION)
  return message.decode(cursor, version) as ReturnType<M['decode']>
}

function byTopic(partitions: readonly TopicPartition[]) {
  return [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, of]) => ({
    topic,
    partitions: of.map(({ partition }) => partition),
  }))
}

function flatten(
  topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
): readonly TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  )
}
