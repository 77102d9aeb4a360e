import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SourceMap } from '../../../src/data/record.ts'
import { openFileOffsetStore } from '../../../src/runtime/offsets/file-store.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import type { Operation } from './case.ts'
import { decodeValue, encodeValue, type ValueJson } from './codec.ts'
import type { Outcome } from './compare.ts'

interface OffsetJson {
  readonly connector: string
  readonly partition: ValueJson
  readonly offset?: ValueJson
}

interface ReadCase {
  readonly bytes: string
  readonly ask: readonly string[]
  readonly lookups: readonly OffsetJson[]
}

export const offsetFileOperations: Readonly<Record<string, Operation>> = {
  'offsetFile.write': ({ offsets }: { offsets: readonly OffsetJson[] }) =>
    inFolder(async (path) => {
      const store = await openFileOffsetStore(path, silentLogger)
      for (const { connector, partition, offset } of offsets) {
        await store.write(connector, [[sourceMap(partition), sourceMap(offset)]])
      }
      await store.close()
      return { bytes: (await readFile(path)).toString('base64') }
    }),
  'offsetFile.read': ({ bytes, ask, lookups }: ReadCase) =>
    inFolder(async (path) => {
      await writeFile(path, Buffer.from(bytes, 'base64'))
      const store = await openFileOffsetStore(path, silentLogger)
      const partitions: Array<[string, readonly ValueJson[]]> = []
      for (const connector of ask) {
        const found = await store.partitions(connector)
        partitions.push([connector, found.map((partition) => encodeValue(partition, null))])
      }
      const offsets: object[] = []
      for (const { connector, partition } of lookups) {
        const [offset = null] = await store.read(connector, [sourceMap(partition)])
        offsets.push({ offset: encodeValue(offset, null) })
      }
      await store.close()
      return { partitions: Object.fromEntries(partitions), offsets }
    }),
}

async function inFolder(run: (path: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-vectors-'))
  try {
    return await run(join(folder, 'offsets'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

function sourceMap(json: ValueJson | undefined): SourceMap | null {
  return decodeValue(json, null) as SourceMap | null
}
