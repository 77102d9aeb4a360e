import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { ConnectError, type Logger } from '../../sdk/index.ts'
import type { LineInput } from './line-input.ts'
import { LineSplitter } from './line-splitter.ts'

/**
 * Lines of a file that others write to. It may not exist yet, grow, be truncated, or be replaced
 * by another one of its name; after these two it is read from its start.
 *
 * An unfinished last line counts as a line once its file was replaced or truncated: nobody can
 * finish it any more.
 */
export class FollowedFile implements LineInput {
  readonly lines: LineSplitter
  readonly #path: string
  readonly #log: Logger
  #handle: FileHandle | null = null
  /** What was said of a missing file, so that it is said once. */
  #warning: string | null = null

  constructor(path: string, position: number, log: Logger) {
    this.#path = path
    this.#log = log
    this.lines = new LineSplitter(path, position)
  }

  /** @throws ConnectError CONNECT_FAILED when the file is there but can't be read. */
  async advance(): Promise<boolean> {
    this.#handle ??= await this.#open()
    if (this.#handle === null) return false
    const sizeBytes = await this.#read(this.#handle)
    if (sizeBytes > 0) {
      this.lines.filled(sizeBytes)
      return true
    }
    return this.#atEnd(this.#handle)
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
  }

  async #open(): Promise<FileHandle | null> {
    let handle: FileHandle
    try {
      // Without O_NONBLOCK, opening a named pipe waits for its writer and can't be stopped.
      handle = await open(this.#path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw unreadable(this.#path, error)
      this.#warnOnce(
        `Couldn't find file ${this.#path} for FileStreamSourceTask, sleeping to wait for it to be created`,
      )
      return null
    }
    this.#warning = null
    const stats = await handle.stat()
    if (stats.isDirectory()) {
      await handle.close()
      throw unreadable(this.#path, 'it is a directory, not a file')
    }
    if (this.#isTruncated(stats)) this.#restart(`has ${stats.size} bytes, so it was truncated`)
    return handle
  }

  async #read(handle: FileHandle): Promise<number> {
    const room = this.lines.room()
    try {
      return (await handle.read(room, 0, room.length, this.lines.readPosition)).bytesRead
    } catch (error) {
      if (codeOf(error) === 'ESPIPE') return await this.#readPipe(handle, room)
      throw unreadable(this.#path, error)
    }
  }

  async #readPipe(handle: FileHandle, room: Buffer): Promise<number> {
    try {
      return (await handle.read(room, 0, room.length, null)).bytesRead
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') return 0
      throw unreadable(this.#path, error)
    }
  }

  /** @returns true when there are lines or more to read all the same. */
  async #atEnd(handle: FileHandle): Promise<boolean> {
    const named = await stat(this.#path).catch(() => null)
    const opened = await handle.stat()
    if (!opened.isFile()) return false
    if (this.#isTruncated(opened)) {
      this.#restart(`was truncated to ${opened.size} bytes`)
      return true
    }
    if (named === null) {
      this.#warnOnce(`${this.#path} was removed, waiting for it to be created`)
      return false
    }
    this.#warning = null
    if (named.ino === opened.ino && named.dev === opened.dev) return false
    if (opened.size > this.lines.readPosition) return true
    this.#restart('was replaced by another file')
    await this.close()
    return true
  }

  #isTruncated(stats: Stats): boolean {
    return stats.isFile() && stats.size < this.lines.readPosition
  }

  #restart(what: string): void {
    const position = this.lines.readPosition
    this.#log.warn(
      `${this.#path} ${what} after ${position} bytes were read: reading from its start`,
    )
    this.lines.finish()
    this.lines.restart(0)
  }

  #warnOnce(message: string): void {
    if (this.#warning !== message) this.#log.warn(message)
    this.#warning = message
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}

function unreadable(path: string, reason: unknown): ConnectError {
  const text = reason instanceof Error ? reason.message : String(reason)
  return new ConnectError(`Couldn't read file ${path} for FileStreamSourceTask: ${text}`, {
    code: 'CONNECT_FAILED',
    cause: reason,
  })
}
