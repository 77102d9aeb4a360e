import { RetriableError } from '../../../src/base/errors.ts'
import type { LeaderWriter } from '../../../src/cluster/distributed/leader-writer.ts'
import type { RecordLog } from '../../../src/cluster/distributed/record-log.ts'
import type { ExactlyOnceTask, TaskId } from '../../../src/runtime/task-host.ts'

interface OpenTask {
  readonly id: TaskId
  readonly generation: number
  readonly transactionalId: string
  readonly epoch: number
}

const LEADER = 'leader'

/** Transactional ids as a broker keeps them: the newest producer of each can write, no other. */
export class MemoryProducers {
  readonly #epochs = new Map<string, number>()
  readonly #open = new Set<OpenTask>()
  /** Tasks that began while one of an earlier generation could still write. */
  readonly violations: string[] = []

  /** A producer with this id; the former one can't write any more. */
  open(transactionalId: string): number {
    const epoch = (this.#epochs.get(transactionalId) ?? 0) + 1
    this.#epochs.set(transactionalId, epoch)
    return epoch
  }

  canWrite(transactionalId: string, epoch: number): boolean {
    return this.#epochs.get(transactionalId) === epoch
  }

  /** A task writes from now on. @returns Ends it. */
  begin(id: TaskId, { transactionalId, generation }: ExactlyOnceTask, epoch: number): () => void {
    const task = { id, transactionalId, generation, epoch }
    for (const other of this.#open) {
      const isEarlier = other.id.connector === id.connector && other.generation < generation
      if (isEarlier && this.canWrite(other.transactionalId, other.epoch)) {
        this.violations.push(
          `${id.connector}-${id.task} of ${generation} began while ${other.id.task} of ${other.generation} could write`,
        )
      }
    }
    this.#open.add(task)
    return () => this.#open.delete(task)
  }

  /** Tasks of a connector that can write now, as `name-number of generation`. */
  writing(connector: string): readonly string[] {
    return [...this.#open]
      .filter(({ id }) => id.connector === connector)
      .filter(({ transactionalId, epoch }) => this.canWrite(transactionalId, epoch))
      .sort((a, b) => a.id.task - b.id.task)
      .map(({ id, generation }) => `${connector}-${id.task} of ${generation}`)
  }

  /** Writes to a topic as the leader; `isCut` as for the topic. */
  writer(log: RecordLog, isCut: () => boolean): LeaderWriter {
    let epoch: number | null = null
    const alive = async () => {
      if (isCut()) await new Promise(() => {})
    }
    return {
      get isClaimed() {
        return epoch !== null
      },
      claim: async () => {
        await alive()
        epoch ??= this.open(LEADER)
      },
      release: async () => {
        epoch = null
      },
      append: async (records) => {
        await alive()
        if (epoch !== null && this.canWrite(LEADER, epoch)) return log.append(records)
        epoch = null
        throw new RetriableError(
          'Failed to write to config topic; this may be due to a transient error and the request can be safely retried',
        )
      },
    }
  }
}
