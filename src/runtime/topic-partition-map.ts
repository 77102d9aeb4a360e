import type { PartitionOffset, TopicPartition } from '../kafka/client.ts'

/** Values by topic and partition, in insertion order. */
export class TopicPartitionMap<V> {
  readonly #entries = new Map<string, readonly [TopicPartition, V]>()

  get size(): number {
    return this.#entries.size
  }

  get(partition: TopicPartition): V | undefined {
    return this.#entries.get(keyOf(partition))?.[1]
  }

  has(partition: TopicPartition): boolean {
    return this.#entries.has(keyOf(partition))
  }

  set(partition: TopicPartition, value: V): void {
    const { topic } = partition
    this.#entries.set(keyOf(partition), [{ topic, partition: partition.partition }, value])
  }

  delete(partition: TopicPartition): void {
    this.#entries.delete(keyOf(partition))
  }

  clear(): void {
    this.#entries.clear()
  }

  partitions(): TopicPartition[] {
    return Array.from(this.#entries.values(), ([partition]) => partition)
  }

  entries(): Iterable<readonly [TopicPartition, V]> {
    return this.#entries.values()
  }
}

export function toOffsets(map: TopicPartitionMap<number>): PartitionOffset[] {
  return Array.from(map.entries(), ([partition, offset]) => ({ ...partition, offset }))
}

export function hasPartition(
  partitions: readonly TopicPartition[],
  { topic, partition }: TopicPartition,
): boolean {
  return partitions.some((other) => other.partition === partition && other.topic === topic)
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition}-${topic}`
}
