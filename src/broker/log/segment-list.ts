import type { BatchHeader } from '../../protocol/record-batch.ts'
import type { LogStorage } from '../storage/log-storage.ts'
import { Segment } from './segment.ts'

/** The segments of a log, in order; the last one is appended to. */
export class SegmentList {
  readonly #storage: LogStorage
  readonly #segments: Segment[]
  /** Whether the last one has its index in the storage, from before a restart. */
  #isLastSealed: boolean

  constructor(storage: LogStorage, segments: readonly Segment[], isLastSealed: boolean) {
    this.#storage = storage
    this.#segments = [...segments]
    this.#isLastSealed = isLastSealed
  }

  get all(): readonly Segment[] {
    return this.#segments
  }

  get last(): Segment | undefined {
    return this.#segments.at(-1)
  }

  get sizeBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0)
  }

  /** Those with records from `offset` on. */
  *from(offset: number): Generator<Segment, void> {
    const first = this.#segments.findLastIndex((segment) => segment.baseOffset <= offset)
    for (let index = Math.max(0, first); index < this.#segments.length; index++) {
      const segment = this.#segments[index]
      if (segment !== undefined) yield segment
    }
  }

  /** Behind the last offset of a segment. */
  offsetNext(segment: Segment, endOffset: number): number {
    return this.#segments[this.#segments.indexOf(segment) + 1]?.baseOffset ?? endOffset
  }

  /** @throws StorageError; nothing was appended. */
  append(records: Buffer, batches: readonly BatchHeader[], offset: number): void {
    const segment = this.last ?? this.roll(offset)
    if (this.#isLastSealed) this.#storage.unseal(segment.baseOffset)
    this.#isLastSealed = false
    const position = segment.sizeBytes
    segment.store.append(records)
    let next = offset
    for (const batch of batches) {
      const lastOffset = next + batch.lastOffset - batch.baseOffset
      segment.note(batch, position + batch.start, lastOffset)
      next = lastOffset + 1
    }
  }

  /** Begins a new segment. @throws StorageError */
  roll(baseOffset: number): Segment {
    const segment = new Segment(baseOffset, this.#storage.open(baseOffset))
    this.#segments.push(segment)
    this.#isLastSealed = false
    return segment
  }

  /** Keeps a segment's index, so that the segment isn't read again at the next start. */
  seal(segment: Segment): void {
    segment.index.addTime()
    this.#storage.seal(segment.baseOffset, segment.index.columns)
    if (segment === this.last) this.#isLastSealed = true
  }

  remove(segment: Segment): void {
    const index = this.#segments.indexOf(segment)
    if (index < 0) return
    this.#segments.splice(index, 1)
    segment.store.close()
    this.#storage.remove(segment.baseOffset)
  }

  has(segment: Segment): boolean {
    return this.#segments.includes(segment)
  }

  /** Puts `cleaned` in the place of the segment with the same base offset. */
  replace(cleaned: Segment): void {
    const index = this.#segments.findIndex(({ baseOffset }) => baseOffset === cleaned.baseOffset)
    this.#segments[index]?.store.close()
    this.#segments[index] = cleaned
    this.seal(cleaned)
  }

  close(): void {
    for (const { store } of this.#segments) store.close()
  }
}
