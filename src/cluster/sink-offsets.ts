import { ConnectError } from '../base/errors.ts'
import { textOf } from '../data/text.ts'
import type { PartitionOffset, TopicPartition } from '../kafka/client.ts'
import type { OffsetChange, OffsetFields, OffsetJson } from './herder.ts'

/** A change of a consumer group's offset; null removes it. */
export interface SinkOffsetChange extends TopicPartition {
  readonly offset: number | null
}

/**
 * Reads what a user asks for, numbers also as texts.
 * @throws ConnectError BAD_REQUEST naming what is missing or no number.
 */
export function readSinkChanges(changes: readonly OffsetChange[]): readonly SinkOffsetChange[] {
  const read = changes.map(({ partition, offset }) => ({
    ...partitionOf(partition),
    offset: offset === null ? null : offsetOf(offset),
  }))
  // Of changes to the same partition the last one counts.
  const byPartition = read.map((change) => [`${change.topic}-${change.partition}`, change] as const)
  return [...new Map(byPartition).values()]
}

export function toOffsetFields({ topic, partition, offset }: PartitionOffset) {
  return {
    partition: { kafka_topic: topic, kafka_partition: partition },
    offset: { kafka_offset: offset },
  }
}

function partitionOf(fields: OffsetFields | null): TopicPartition {
  if (fields === null) {
    throw refused('The partition for a sink connector offset cannot be null or missing')
  }
  const { kafka_topic: topic, kafka_partition: partition } = fields
  if (topic === undefined || partition === undefined) {
    throw refused(
      "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'",
    )
  }
  if (topic === null) throw refused('Kafka topic names must be valid strings and may not be null')
  if (partition === null) {
    throw refused('Kafka partitions must be valid numbers and may not be null')
  }
  const index = integerOf(partition)
  if (index === null || index >= 2 ** 31) {
    throw refused(
      `Failed to parse the following Kafka partition value in the provided offsets: '${textOf(partition)}'. Partition values for sink connectors need to be integers.`,
    )
  }
  return { topic: textOf(topic), partition: index }
}

function offsetOf(fields: OffsetFields): number {
  const { kafka_offset: offset } = fields
  if (offset === undefined) {
    throw refused(
      "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
    )
  }
  const number = integerOf(offset)
  if (number === null) {
    throw refused(
      `Failed to parse the following Kafka offset value in the provided offsets: '${textOf(offset)}'. Offset values for sink connectors need to be integers.`,
    )
  }
  return number
}

function integerOf(value: OffsetJson): number | null {
  const text = textOf(value)
  const number = Number(text)
  return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(number) ? number : null
}

function refused(message: string): ConnectError {
  return new ConnectError(message, { code: 'BAD_REQUEST' })
}
