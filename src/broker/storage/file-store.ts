import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { largeBuffers } from '../../base/buffer-pool.ts'
import type { ByteStore } from './byte-store.ts'
import { StorageError, stored } from './storage-error.ts'

const dataSync = promisify(fdatasync)

/**
 * One file. Reading and writing is synchronous: both go to
 * the page cache, and a trip to another thread costs more than the copy.
 */
export class FileStore implements ByteStore {
  readonly #path: string
  #fd: number | null = null
  #sizeBytes: number
  #isClosed: boolean

  /** Creates the file where it isn't there. @throws Error of the file system. */
  constructor(path: string) {
    this.#path = path
    this.#isClosed = false
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) this.#opened()
    this.#sizeBytes = found?.size ?? 0
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  append(bytes: Buffer): void {
    stored(`${this.#path} can't be written`, () => {
      const fd = this.#opened()
      let written = 0
      try {
        while (written < bytes.length) {
          written += writeSync(
            fd,
            bytes,
            written,
            bytes.length - written,
            this.#sizeBytes + written,
          )
        }
      } catch (error) {
        if (written > 0) ftruncateSync(fd, this.#sizeBytes)
        throw error
      }
    })
    this.#sizeBytes += bytes.length
  }

  read(position: number, sizeBytesMax: number): Buffer {
    const sizeBytes = Math.max(0, Math.min(sizeBytesMax, this.#sizeBytes - position))
    const bytes = largeBuffers.take(sizeBytes)
    return stored(`${this.#path} can't be read`, () => {
      const fd = this.#opened()
      let read = 0
      while (read < sizeBytes) {
        const more = readSync(fd, bytes, read, sizeBytes - read, position + read)
        if (more === 0) throw new StorageError('the file is shorter than it was')
        read += more
      }
      return bytes
    })
  }

  truncate(sizeBytes: number): void {
    stored(`${this.#path} can't be cut`, () => ftruncateSync(this.#opened(), sizeBytes))
    this.#sizeBytes = sizeBytes
  }

  async flush(): Promise<void> {
    if (this.#sizeBytes === 0 || this.#isClosed) return
    try {
      await dataSync(this.#opened())
    } catch (error) {
      // Nobody asks any longer for what is on the disk.
      if (!this.#isClosed) throw error
    }
  }

  /** Like `flush`, but waits. */
  flushSync(): void {
    stored(`${this.#path} can't be flushed`, () => fdatasyncSync(this.#opened()))
  }

  rest(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }

  close(): void {
    this.#isClosed = true
    this.rest()
  }

  #opened(): number {
    if (this.#isClosed) throw new StorageError(`${this.#path} is closed`)
    this.#fd ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o644)
    return this.#fd
  }
}
