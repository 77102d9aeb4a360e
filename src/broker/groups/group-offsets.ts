import type { OffsetValue } from './records.ts'

export interface PartitionName {
  readonly topic: string
  readonly partition: number
}

export interface CommittedOffset extends PartitionName {
  readonly value: OffsetValue
}

interface Stored {
  readonly value: OffsetValue
  /** Later ones are larger. */
  readonly sequence: number
}

interface Staged extends CommittedOffset {
  readonly sequence: number
}

/** What a group has committed, and what it will have when transactions commit. */
export class GroupOffsets {
  readonly #topics = new Map<string, Map<number, Stored>>()
  /** By producer id. */
  readonly #staged = new Map<number, Staged[]>()
  #sequence = 0

  get isEmpty(): boolean {
    return this.#topics.size === 0 && this.#staged.size === 0
  }

  get(topic: string, partition: number): OffsetValue | null {
    return this.#topics.get(topic)?.get(partition)?.value ?? null
  }

  *all(): Iterable<CommittedOffset> {
    for (const [topic, partitions] of this.#topics) {
      for (const [partition, { value }] of partitions) yield { topic, partition, value }
    }
  }

  /** Every partition that has an offset or a staged one. */
  partitions(): readonly PartitionName[] {
    const staged = [...this.#staged.values()].flat()
    return [...this.all(), ...staged.filter(({ topic, partition }) => !this.get(topic, partition))]
  }

  /** True while an open transaction may change the offset. */
  isUnstable(topic: string, partition: number): boolean {
    for (const staged of this.#staged.values()) {
      if (staged.some((offset) => offset.topic === topic && offset.partition === partition)) {
        return true
      }
    }
    return false
  }

  put(offset: CommittedOffset): void {
    this.#put(offset, this.#sequence++)
  }

  /** Keeps an offset until the producer's transaction ends. */
  stage(producerId: number, offset: CommittedOffset): void {
    const staged = this.#staged.get(producerId) ?? []
    this.#staged.set(producerId, staged)
    staged.push({ ...offset, sequence: this.#sequence++ })
  }

  /** The producer's transaction ended. An offset that was committed meanwhile stays. */
  end(producerId: number, isCommit: boolean): void {
    const staged = this.#staged.get(producerId) ?? []
    this.#staged.delete(producerId)
    if (!isCommit) return
    for (const { sequence, ...offset } of staged) {
      const current = this.#topics.get(offset.topic)?.get(offset.partition)
      if (current === undefined || current.sequence < sequence) this.#put(offset, sequence)
    }
  }

  /** Forgets an offset, also where it is staged. */
  delete({ topic, partition }: PartitionName): void {
    const partitions = this.#topics.get(topic)
    partitions?.delete(partition)
    if (partitions?.size === 0) this.#topics.delete(topic)
    for (const [producerId, staged] of this.#staged) {
      const left = staged.filter(
        (offset) => offset.topic !== topic || offset.partition !== partition,
      )
      if (left.length === 0) this.#staged.delete(producerId)
      else this.#staged.set(producerId, left)
    }
  }

  #put({ topic, partition, value }: CommittedOffset, sequence: number): void {
    const partitions = this.#topics.get(topic) ?? new Map<number, Stored>()
    this.#topics.set(topic, partitions)
    partitions.set(partition, { value, sequence })
  }
}
