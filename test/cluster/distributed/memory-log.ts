import type {
  LogRecord,
  ReadRecord,
  RecordLog,
} from '../../../src/cluster/distributed/record-log.ts'

/** One topic in memory that several workers read. */
export class MemoryTopic {
  readonly records: LogRecord[] = []
  readonly #readers = new Set<() => void>()

  /** A worker's view; it stops reading once `isCut` says so, as a frozen process does. */
  open(isCut: () => boolean = () => false): RecordLog {
    let next = 0
    let deliver: (record: ReadRecord) => void = () => {}
    const read = () => {
      if (isCut()) return
      for (let record = this.records[next]; record !== undefined; record = this.records[next]) {
        deliver({ ...record, topic: 'memory', partition: 0, offset: next++ })
      }
    }
    return {
      start: async (onRecord) => {
        deliver = onRecord
        this.#readers.add(read)
        read()
      },
      readToEnd: async () => {
        if (isCut()) await new Promise(() => {})
        read()
      },
      append: async (records) => {
        if (isCut()) await new Promise(() => {})
        this.records.push(...records)
        for (const each of this.#readers) setImmediate(each)
      },
      close: async () => {
        this.#readers.delete(read)
      },
    }
  }
}
