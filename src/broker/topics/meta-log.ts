import {
  closeSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { crc32c } from '../../protocol/crc32c.ts'
import { FileStore } from '../storage/file-store.ts'
import { stored } from '../storage/storage-error.ts'

/** A change of what the broker has; `id` is the topic's. */
export type MetaRecord =
  | { readonly type: 'cluster'; readonly id: string }
  /** Producer ids before `next` are taken. */
  | { readonly type: 'producerIds'; readonly next: number }
  | {
      readonly type: 'topic'
      readonly id: string
      readonly name: string
      readonly partitions: number
      readonly configs: Readonly<Record<string, string>>
    }
  | { readonly type: 'deleted'; readonly id: string }
  | { readonly type: 'partitions'; readonly id: string; readonly partitions: number }
  | {
      readonly type: 'configs'
      readonly id: string
      readonly configs: Readonly<Record<string, string>>
    }
  | {
      readonly type: 'start'
      readonly id: string
      readonly partition: number
      readonly offset: number
    }

/** Where changes are kept. */
export interface MetaLog {
  /** @throws StorageError; nothing was kept. */
  append(record: MetaRecord): void
  close(): void
}

/** Keeps nothing. */
export const forgetfulMetaLog: MetaLog = { append() {}, close() {} }

/** Given up on a full disk, so that there is room to note what makes more of it. */
const RESERVE_BYTES = 64 * 1024

/** Length and CRC-32C of the text that follows. */
const PREFIX_BYTES = 8

/**
 * Changes in a file, each as JSON behind its length and CRC. What a crash cut off is left out.
 * @param report Told when there is such a rest.
 */
export function readMetaLog(path: string, report: (message: string) => void): MetaRecord[] {
  const bytes = readIfThere(path)
  const records: MetaRecord[] = []
  let at = 0
  while (at + PREFIX_BYTES <= bytes.length) {
    const start = at + PREFIX_BYTES
    const end = start + bytes.readUInt32BE(at)
    if (end > bytes.length || bytes.readUInt32BE(at + 4) !== crc32c(bytes, start, end)) break
    records.push(JSON.parse(bytes.toString('utf8', start, end)))
    at = end
  }
  if (at < bytes.length) report(`${path}: the last ${bytes.length - at} bytes are cut off`)
  return records
}

/**
 * Begins the file anew with `records`, and goes on with it.
 * @param isFlushed Whether every change is on the disk before it takes effect.
 */
export function writeMetaLog(
  path: string,
  records: readonly MetaRecord[],
  isFlushed: boolean,
): MetaLog {
  const fresh = `${path}.new`
  const reserve = `${path}.reserve`
  return stored(path, () => {
    rmSync(fresh, { force: true })
    rmSync(reserve, { force: true })
    const fd = openSync(fresh, 'w')
    try {
      writeSync(fd, Buffer.concat(records.map(encode)))
      fdatasyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(fresh, path)
    const store = new FileStore(path)
    let hasReserve = takeRoom(reserve)
    return {
      append(record) {
        const bytes = encode(record)
        try {
          store.append(bytes)
        } catch (error) {
          if (!hasReserve || !makesRoom(record)) throw error
          rmSync(reserve)
          hasReserve = false
          store.append(bytes)
        }
        if (isFlushed) store.flushSync()
        hasReserve ||= takeRoom(reserve)
      },
      close: () => store.close(),
    }
  })
}

function makesRoom({ type }: MetaRecord): boolean {
  return type === 'deleted' || type === 'start' || type === 'configs'
}

/** @returns Whether there was room. */
function takeRoom(file: string): boolean {
  try {
    writeFileSync(file, Buffer.alloc(RESERVE_BYTES))
    return true
  } catch {
    rmSync(file, { force: true })
    return false
  }
}

function encode(record: MetaRecord): Buffer {
  const text = Buffer.from(JSON.stringify(record))
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(text.length, 0)
  prefix.writeUInt32BE(crc32c(text, 0, text.length), 4)
  return Buffer.concat([prefix, text])
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
