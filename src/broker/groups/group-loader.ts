import type { InternalRecord, InternalReplay } from '../log/internal-log.ts'
import type { Group } from './group.ts'
import type { CommittedOffset } from './group-offsets.ts'
import { type GroupsRecord, type GroupValue, readGroupsRecord } from './records.ts'

export interface LoaderOptions {
  make(id: string): Group
  stage(group: Group, producerId: number, offset: CommittedOffset): void
  end(producerId: number, isCommit: boolean): void
}

type OffsetRecord = Extract<GroupsRecord, { kind: 'offset' }>

/** Makes groups of what is in their log. */
export class GroupLoader implements InternalReplay {
  readonly #options: LoaderOptions
  readonly #groups = new Map<string, Group>()
  readonly #values = new Map<string, GroupValue>()

  constructor(options: LoaderOptions) {
    this.#options = options
  }

  record(record: InternalRecord, _timestamp: number, producerId: number | null): void {
    const read = readGroupsRecord(record)
    if (read === null) return
    if (read.kind === 'offset') this.#offset(read, producerId)
    else if (read.value === null) this.#values.delete(read.group)
    else this.#values.set(read.group, read.value)
  }

  end(producerId: number, isCommit: boolean): void {
    this.#options.end(producerId, isCommit)
  }

  /** Groups that have been members, or offsets; their members' sessions begin now. */
  finish(): readonly Group[] {
    for (const [id, value] of this.#values) this.#group(id).cycle.restore(value)
    return [...this.#groups.values()].filter(
      ({ id, offsets }) => !offsets.isEmpty || this.#values.has(id),
    )
  }

  #offset({ key, value }: OffsetRecord, producerId: number | null): void {
    const group = this.#group(key.group)
    const { topic, partition } = key
    if (value === null) group.offsets.delete(key)
    else if (producerId === null) group.offsets.put({ topic, partition, value })
    else this.#options.stage(group, producerId, { topic, partition, value })
  }

  #group(id: string): Group {
    const known = this.#groups.get(id)
    if (known !== undefined) return known
    const group = this.#options.make(id)
    this.#groups.set(id, group)
    return group
  }
}
