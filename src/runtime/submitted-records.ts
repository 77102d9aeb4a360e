import type { SourceMap, SourceRecord } from '../data/record.ts'
import type { SentBatch } from '../kafka/client.ts'
import { offsetKeyText } from './offsets/offset-json.ts'

/** Bounds what is remembered of records that the broker has not acknowledged. */
const OUTSTANDING_BATCHES_MAX = 10_000

/** A source partition and how far it may be committed. */
export type CommittableOffset = readonly [partition: SourceMap | null, offset: SourceMap | null]

/** Committable offsets by the text of their partition. */
export type CommittableOffsets = ReadonlyMap<string, CommittableOffset>

export interface SubmittedEvents {
  /** The broker has the batch. `records` are those kept, in their order in the batch. */
  onAcked(
    sent: SentBatch,
    records: readonly SourceRecord[],
    baseOffset: number,
    timestamp: number,
  ): void
  /** @returns true when the loss is tolerated, so that later offsets may be committed. */
  onFailed(sent: SentBatch, records: readonly SourceRecord[], error: unknown): boolean
}

/** Neighbouring records of one source partition in one batch: only the last offset matters. */
interface Run {
  readonly batch: Batch
  offset: SourceMap | null
  next: Run | null
}

/** Runs of one source partition in the order of `poll`. */
interface Track {
  readonly key: string
  readonly partition: SourceMap | null
  head: Run | null
  tail: Run | null
}

interface Batch {
  readonly sent: SentBatch | null
  acked: boolean
  readonly records: SourceRecord[]
  readonly tracks: Track[]
}

const ackedAlready: Batch = { sent: null, acked: true, records: [], tracks: [] }

/**
 * Which source offsets may be committed: of each source partition, that of the last record before
 * the first one that the broker has not acknowledged.
 *
 * A record costs a few comparisons; objects are made for each run and each batch.
 */
export class SubmittedRecords {
  readonly #events: SubmittedEvents
  readonly #keepRecords: boolean
  readonly #batches = new Map<SentBatch, Batch>()
  readonly #tracks = new Map<string, Track>()
  readonly #waiting: { readonly below: number; readonly resolve: () => void }[] = []
  #committable = new Map<string, CommittableOffset>()
  #lastBatch: Batch = ackedAlready
  #lastTrack: Track | null = null

  /** @param keepRecords Whether `events` needs the records. */
  constructor(events: SubmittedEvents, keepRecords: boolean) {
    this.#events = events
    this.#keepRecords = keepRecords
  }

  /** @param record As `poll` returned it. @param sent Where the producer put it. */
  add(record: SourceRecord, sent: SentBatch): void {
    const batch = this.#lastBatch.sent === sent ? this.#lastBatch : this.#batchOf(sent)
    if (this.#keepRecords) batch.records.push(record)
    this.#append(record, batch)
  }

  /** For a record that will never reach the broker, which is tolerated. */
  addAcked(record: SourceRecord): void {
    const track = this.#append(record, ackedAlready)
    this.#harvest(track)
  }

  /** What became committable since the last call. */
  takeCommittable(): CommittableOffsets {
    const taken = this.#committable
    this.#committable = new Map()
    return taken
  }

  /** After a commit that failed; newer offsets win. */
  giveBack(offsets: CommittableOffsets): void {
    this.#committable = new Map([...offsets, ...this.#committable])
  }

  /** null unless too much is outstanding; resolves when it no longer is. */
  room(): Promise<void> | null {
    return this.#batches.size < OUTSTANDING_BATCHES_MAX
      ? null
      : this.#below(OUTSTANDING_BATCHES_MAX)
  }

  /** Resolves when nothing is outstanding. */
  idle(): Promise<void> {
    return this.#below(1)
  }

  #append(record: SourceRecord, batch: Batch): Track {
    const track = this.#trackOf(record.sourcePartition)
    const tail = track.tail
    if (tail !== null && tail.batch === batch) {
      tail.offset = record.sourceOffset
      return track
    }
    const run: Run = { batch, offset: record.sourceOffset, next: null }
    if (tail === null) track.head = run
    else tail.next = run
    track.tail = run
    if (batch !== ackedAlready) batch.tracks.push(track)
    return track
  }

  #batchOf(sent: SentBatch): Batch {
    let batch = this.#batches.get(sent)
    if (batch === undefined) {
      batch = { sent, acked: false, records: [], tracks: [] }
      this.#batches.set(sent, batch)
      this.#watch(sent, batch)
    }
    this.#lastBatch = batch
    return batch
  }

  #watch(sent: SentBatch, batch: Batch): void {
    sent.acked.then(
      ({ baseOffset, timestamp }) => {
        this.#events.onAcked(sent, batch.records, baseOffset, timestamp)
        this.#settle(sent, batch, true)
      },
      (error: unknown) => {
        this.#settle(sent, batch, this.#events.onFailed(sent, batch.records, error))
      },
    )
  }

  #settle(sent: SentBatch, batch: Batch, acked: boolean): void {
    batch.acked = acked
    this.#batches.delete(sent)
    if (this.#lastBatch === batch) this.#lastBatch = ackedAlready
    for (const track of batch.tracks) this.#harvest(track)
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      const waiting = this.#waiting[index]
      if (waiting === undefined || this.#batches.size >= waiting.below) continue
      this.#waiting.splice(index, 1)
      waiting.resolve()
    }
  }

  #harvest(track: Track): void {
    let head = track.head
    let last: Run | null = null
    while (head?.batch.acked === true) {
      last = head
      head = head.next
    }
    if (last === null) return
    this.#committable.set(track.key, [track.partition, last.offset])
    track.head = head
    if (head !== null) return
    track.tail = null
    this.#tracks.delete(track.key)
    if (this.#lastTrack === track) this.#lastTrack = null
  }

  #trackOf(partition: SourceMap | null): Track {
    const last = this.#lastTrack
    if (last !== null && samePartition(last.partition, partition)) return last
    const key = offsetKeyText(partition)
    let track = this.#tracks.get(key)
    if (track === undefined) {
      track = { key, partition, head: null, tail: null }
      this.#tracks.set(key, track)
    }
    this.#lastTrack = track
    return track
  }

  #below(below: number): Promise<void> {
    if (this.#batches.size < below) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ below, resolve }))
  }
}

/** May say no for equal partitions, which costs time only. */
function samePartition(a: SourceMap | null, b: SourceMap | null): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  const keys = Object.keys(a)
  const others = Object.keys(b)
  if (keys.length !== others.length) return false
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string
    if (key !== others[index] || a[key] !== b[key]) return false
  }
  return true
}
