import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConnectError, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { SourceMap } from '../../data/record.ts'
import { decodeOffsetFile, encodeOffsetFile } from './offset-file-format.ts'
import type { SourceOffset, SourceOffsetStore } from './offset-store.ts'
import { OffsetTable, offsetRecords } from './offset-table.ts'

/**
 * Offsets of a standalone worker, in the reference's file format, so that either worker can go on
 * where the other stopped. What is in the file and isn't understood is kept.
 * @param path `offset.storage.file.filename`; created by the first write.
 * @throws ConnectError CONNECT_FAILED naming the file when it can't be read or is something else.
 */
export async function openFileOffsetStore(
  path: string,
  logger: Logger,
): Promise<SourceOffsetStore> {
  const table = new OffsetTable(logger)
  const { entries, truncated } = await load(path)
  if (truncated) {
    logger.warn(
      `The offset file ${path} ends early, perhaps after a crash; ${entries.length} offsets in it are whole and used, sources without one start from their beginning.`,
    )
  }
  for (const entry of entries) table.set(entry)
  return new FileOffsetStore(path, table)
}

class FileOffsetStore implements SourceOffsetStore {
  readonly #path: string
  readonly #table: OffsetTable
  #saving: Promise<void> = Promise.resolve()
  #nextSave: Promise<void> | null = null

  constructor(path: string, table: OffsetTable) {
    this.#path = path
    this.#table = table
  }

  async read(
    connector: string,
    partitions: ReadonlyArray<SourceMap | null>,
  ): Promise<ReadonlyArray<SourceMap | null>> {
    return this.#table.read(connector, partitions)
  }

  async write(connector: string, offsets: readonly SourceOffset[]): Promise<void> {
    for (const entry of offsetRecords(connector, offsets)) this.#table.set(entry)
    await this.#save()
  }

  async partitions(connector: string): Promise<readonly SourceMap[]> {
    return this.#table.partitions(connector)
  }

  async close(): Promise<void> {
    await this.#saving.catch(() => {})
  }

  /** Writes that come while one runs share the next one. */
  #save(): Promise<void> {
    this.#nextSave ??= this.#saving
      .catch(() => {})
      .then(() => {
        this.#nextSave = null
        return save(this.#path, encodeOffsetFile(this.#table.entries()))
      })
    this.#saving = this.#nextSave
    return this.#nextSave
  }
}

async function load(path: string): Promise<ReturnType<typeof decodeOffsetFile>> {
  let bytes: Buffer
  try {
    bytes = await readFile(resolve(path))
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { entries: [], truncated: false }
    throw failed(`The offset file ${path} can't be read: ${messageOf(cause)}`, cause)
  }
  if (bytes.length === 0) return { entries: [], truncated: false }
  try {
    return decodeOffsetFile(bytes)
  } catch (cause) {
    throw failed(
      `The offset file ${path} is not one of Kafka Connect: ${messageOf(cause)}. Set offset.storage.file.filename to another file, or move this one away to start without offsets.`,
      cause,
    )
  }
}

/** Replaces the file in one step, so that a crash leaves the old or the new offsets. */
async function save(path: string, bytes: Buffer): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path)
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      () => 0o644,
    )
    const temporary = `${target}.${process.pid}.tmp`
    try {
      await writeDurably(temporary, bytes, mode)
      await rename(temporary, target)
    } catch (error) {
      await rm(temporary, { force: true })
      if (!cannotReplace.has(codeOf(error))) throw error
      await writeDurably(target, bytes, mode)
    }
  } catch (cause) {
    throw failed(`Source offsets can't be written to ${path}: ${messageOf(cause)}`, cause)
  }
}

/** The folder is read-only, or the file is a mount of its own: it can only be written in place. */
const cannotReplace = new Set<unknown>(['EACCES', 'EPERM', 'EBUSY', 'EROFS', 'EXDEV'])

async function writeDurably(path: string, bytes: Buffer, mode: number): Promise<void> {
  const file = await open(path, 'w', mode)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null
}

function failed(message: string, cause: unknown): ConnectError {
  return new ConnectError(message, { code: 'CONNECT_FAILED', cause })
}
