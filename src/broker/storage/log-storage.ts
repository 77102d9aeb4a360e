import type { ByteStore } from './byte-store.ts'

/** Entries of the two indexes of a segment, in columns. */
export interface IndexColumns {
  /** Last offset of a batch, and where it begins. */
  readonly offsets: number[]
  readonly positions: number[]
  /** Largest timestamp so far, and the last offset of the batch that has it. */
  readonly timestamps: number[]
  readonly timestampOffsets: number[]
}

/** Where one partition's log is kept. Every method throws StorageError. */
export interface LogStorage {
  /** For messages. */
  readonly name: string
  /** Base offsets of the segments that are there, in order. */
  segments(): readonly number[]
  /** The segment's bytes, none where it isn't there. */
  open(baseOffset: number): ByteStore
  remove(baseOffset: number): void
  /** null unless the segment was sealed: all of it is as its index says, and on the disk. */
  index(baseOffset: number): IndexColumns | null
  seal(baseOffset: number, index: IndexColumns): void
  /** Has to come before the bytes of a sealed segment change. */
  unseal(baseOffset: number): void
  /** Bytes that are to take the place of a segment's. */
  draft(baseOffset: number): Draft
  /** What was known of producers before an offset; newest first. */
  snapshots(): readonly Snapshot[]
  /** Keeps a snapshot; older ones than the one before it are dropped. */
  writeSnapshot(snapshot: Snapshot): void
  removeSnapshot(offset: number): void
  /** What compaction noted; null for nothing. */
  cleaningNote(): string | null
  writeCleaningNote(text: string): void
  /** Takes the log away. */
  removeAll(): void
}

export interface Draft {
  readonly store: ByteStore
  /** Puts the draft in the place of the segment. @returns The segment's bytes from now on. */
  replace(): ByteStore
  discard(): void
}

export interface Snapshot {
  readonly offset: number
  readonly text: string
}
