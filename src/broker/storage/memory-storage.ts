import type { LogStorage } from './log-storage.ts'
import { MemoryRoom } from './memory-room.ts'
import { MemoryStore } from './memory-store.ts'

/** Keeps nothing beyond the process. @param limitBytes For all logs that are kept there. */
export function memoryStorage(limitBytes = Number.POSITIVE_INFINITY): LogStorage {
  const room = new MemoryRoom(limitBytes)
  return {
    name: 'memory',
    segments: () => [],
    open: () => new MemoryStore((sizeBytes) => room.take(sizeBytes), room),
    remove() {},
    index: () => null,
    seal() {},
    unseal() {},
    draft() {
      const store = new MemoryStore((sizeBytes) => room.takeAnyhow(sizeBytes), room)
      return { store, replace: () => store, discard: () => store.close() }
    },
    snapshots: () => [],
    writeSnapshot() {},
    removeSnapshot() {},
    cleaningNote: () => null,
    writeCleaningNote() {},
    removeAll() {},
  }
}
