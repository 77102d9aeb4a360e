import type { LogStorage } from './log-storage.ts'
import { MemoryStore } from './memory-store.ts'

/** Keeps nothing beyond the process. */
export const memoryStorage: LogStorage = {
  name: 'memory',
  segments: () => [],
  open: () => new MemoryStore(),
  remove() {},
  index: () => null,
  seal() {},
  unseal() {},
  draft() {
    const store = new MemoryStore()
    return { store, replace: () => store, discard: () => store.close() }
  },
  snapshots: () => [],
  writeSnapshot() {},
  removeSnapshot() {},
  cleaningNote: () => null,
  writeCleaningNote() {},
  removeAll() {},
}
