import type { SourceMap, SourceRecord } from '../data/record.ts'
import type { SentBatch } from '../kafka/client.ts'
import { offsetKeyText } from './offsets/offset-json.ts'
import { samePartition } from './offsets/same-partition.ts'

/** Bounds what is remembered while an early record is not acknowledged and later ones are. */
const RUNS_MAX = 100_000

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
  /** null once it is settled: runs may stay for long, the bytes of the batch shall not. */
  sent: SentBatch | null
  acked: boolean
  records: SourceRecord[]
  tracks: Track[]
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
  readonly #runsMax: number
  readonly #batches = new Map<SentBatch, Batch>()
  readonly #tracks = new Map<string, Track>()
  #waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = []
  #runCount = 0
  #isLost: boolean = false
  #committable = new Map<string, CommittableOffset>()
  #lastBatch: Batch = ackedAlready
  #lastTrack: Track | null = null

  /** @param keepRecords Whether `events` needs the records. */
  constructor(events: SubmittedEvents, keepRecords: boolean, runsMax = RUNS_MAX) {
    this.#events = events
    this.#keepRecords = keepRecords
    this.#runsMax = runsMax
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

  /** null unless too much is outstanding; resolves when it no longer is, or never can be. */
  room(): Promise<void> | null {
    return this.#runCount < this.#runsMax ? null : this.#wait(() => this.#hasRoom())
  }

  /** Resolves when no batch is outstanding. */
  idle(): Promise<void> {
    return this.#wait(() => this.#batches.size === 0)
  }

  #hasRoom(): boolean {
    return this.#runCount < this.#runsMax || this.#isLost
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
    this.#runCount++
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
    if (acked) batch.acked = true
    else this.#isLost = true
    this.#batches.delete(sent)
    if (this.#lastBatch === batch) this.#lastBatch = ackedAlready
    for (const track of batch.tracks) this.#harvest(track)
    batch.sent = null
    batch.records = []
    batch.tracks = []
    const woken = this.#waiting.filter(({ until }) => until())
    this.#waiting = this.#waiting.filter((waiting) => !woken.includes(waiting))
    for (const { resolve } of woken) resolve()
  }

  #harvest(track: Track): void {
    let head = track.head
    let last: Run | null = null
    while (head?.batch.acked === true) {
      last = head
      head = head.next
      this.#runCount--
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

  #wait(until: () => boolean): Promise<void> {
    if (until()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ until, resolve }))
  }
}
