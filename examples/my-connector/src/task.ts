import { type FileHandle, open } from 'node:fs/promises'
import {
  ConnectError,
  messageOf,
  SourceRecord,
  SourceTask,
  STRING_SCHEMA,
  systemClock,
} from 'millrace/sdk'
import type { LineSourceConfig } from './connector.ts'

const CHUNK_BYTES = 64 * 1024
const LINE_FEED = 10

interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
  /** In bytes: where the next line starts. */
  position: number
}

/** Reads its files by turns and waits at their ends for more. */
export class LineSourceTask extends SourceTask<LineSourceConfig> {
  readonly #files: OpenFile[] = []
  #topic = ''

  async start({ files, topic }: LineSourceConfig): Promise<void> {
    this.#topic = topic
    for (const path of files) {
      const handle = await openFile(path)
      const offset = await this.context.offsets.offset({ file: path })
      this.#files.push({ path, handle, position: Number(offset?.['position'] ?? 0) })
    }
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    const records: SourceRecord[] = []
    for (const file of this.#files) records.push(...(await this.#linesOf(file)))
    if (records.length === 0) await systemClock.sleep(500, signal)
    return records
  }

  override async stop(): Promise<void> {
    for (const { handle } of this.#files) await handle.close()
  }

  async #linesOf(file: OpenFile): Promise<SourceRecord[]> {
    const chunk = await readChunk(file)
    const records: SourceRecord[] = []
    let start = 0
    let end = chunk.indexOf(LINE_FEED)
    while (end !== -1) {
      const line = chunk.toString('utf8', start, end)
      file.position += end + 1 - start
      records.push(
        new SourceRecord({
          topic: this.#topic,
          valueSchema: STRING_SCHEMA,
          value: line,
          sourcePartition: { file: file.path },
          sourceOffset: { position: file.position },
        }),
      )
      start = end + 1
      end = chunk.indexOf(LINE_FEED, start)
    }
    return records
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (cause) {
    throw new ConnectError(`Can't read ${path}: ${messageOf(cause)}`, {
      code: 'CONNECT_FAILED',
      cause,
    })
  }
}

/** The bytes from the position on: at least one line, unless the file ends before. */
async function readChunk({ handle, position }: OpenFile): Promise<Buffer> {
  for (let sizeBytes = CHUNK_BYTES; ; sizeBytes *= 2) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(sizeBytes), 0, sizeBytes, position)
    if (bytesRead < sizeBytes || buffer.includes(LINE_FEED)) return buffer.subarray(0, bytesRead)
  }
}
