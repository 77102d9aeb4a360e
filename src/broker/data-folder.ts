import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BrokerConfig } from './broker-config.ts'
import { lockFolder } from './storage/folder-lock.ts'
import { FolderStorage } from './storage/folder-storage.ts'
import type { LogStorage } from './storage/log-storage.ts'
import { memoryStorage } from './storage/memory-storage.ts'
import { forgetfulMetaLog, type MetaLog, readMetaLog, writeMetaLog } from './topics/meta-log.ts'
import { recordsOf, replayMeta, type StoredTopic } from './topics/meta-state.ts'

/** What a broker found at its start, and where it keeps what it gets. */
export interface Data {
  readonly clusterId: string
  readonly topics: readonly StoredTopic[]
  /** The first producer id that is free. */
  readonly producerIdNext: number
  readonly meta: MetaLog
  storage(topic: string, partition: number): LogStorage
  /** Lets other brokers have the folder. */
  unlock(): void
}

/** @throws ConnectError ALREADY_EXISTS when another broker has the folder. */
export async function openData(config: BrokerConfig): Promise<Data> {
  const { dataDir, flush, logger } = config
  if (dataDir === null) {
    const storage = memoryStorage(config.memoryBytesMax)
    return {
      clusterId: newId(),
      topics: [],
      producerIdNext: 0,
      meta: forgetfulMetaLog,
      storage: () => storage,
      unlock() {},
    }
  }
  const unlock = await lockFolder(dataDir)
  const path = join(dataDir, 'meta.log')
  const state = replayMeta(readMetaLog(path, (message) => logger?.warn(message)))
  state.clusterId ??= newId()
  removeDeleted(dataDir, state.deleted, state.topics.values())
  return {
    clusterId: state.clusterId,
    topics: [...state.topics.values()],
    producerIdNext: state.producerIdNext,
    meta: writeMetaLog(path, recordsOf(state), flush !== 'none'),
    storage: (topic, partition) => new FolderStorage(folderOf(dataDir, topic, partition)),
    unlock,
  }
}

function newId(): string {
  return randomBytes(16).toString('base64url')
}

function folderOf(dataDir: string, topic: string, partition: number): string {
  return join(dataDir, `${topic}-${partition}`)
}

/** Finishes deletions that a crash came between. */
function removeDeleted(
  dataDir: string,
  deleted: readonly StoredTopic[],
  topics: Iterable<StoredTopic>,
): void {
  const names = new Set(Array.from(topics, ({ name }) => name))
  for (const { name, partitions } of deleted) {
    if (names.has(name)) continue
    for (let partition = 0; partition < partitions; partition++) {
      rmSync(folderOf(dataDir, name, partition), { recursive: true, force: true })
    }
  }
  for (const name of readdirSync(dataDir)) {
    if (/-\d+\.[0-9a-f]{32}-delete$/.test(name)) {
      rmSync(join(dataDir, name), { recursive: true, force: true })
    }
  }
}
