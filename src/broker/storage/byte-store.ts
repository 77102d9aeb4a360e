/** Bytes of one segment, in the order in which they were appended. */
export interface ByteStore {
  readonly sizeBytes: number
  /** @throws StorageError when not all of `bytes` could be kept: the store is as it was. */
  append(bytes: Buffer): void
  /**
   * Up to `sizeBytesMax` bytes from `position` on, fewer where the store has a seam: never within
   * what one call of `append` brought.
   */
  read(position: number, sizeBytesMax: number): Buffer
  truncate(sizeBytes: number): void
  /** Resolves when everything appended so far survives a power cut. */
  flush(): Promise<void>
  /** Frees what reading and writing needed; the next call gets it again. */
  rest(): void
  close(): void
}
