import { messageOf } from '../../base/errors.ts'

/** The disk is full, broken or not writable. Nothing was changed. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
}

/** @throws StorageError for what the file system refuses. */
export function stored<T>(what: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    throw new StorageError(`${what}: ${messageOf(cause)}`, { cause })
  }
}
