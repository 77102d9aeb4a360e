import type { Readable } from 'node:stream'
import {
  type Clock,
  ConnectError,
  SourceRecord,
  SourceTask,
  STRING_SCHEMA,
  systemClock,
} from '../../sdk/index.ts'
import { FollowedFile } from './followed-file.ts'
import type { LineInput } from './line-input.ts'
import { type FileSourceConfig, isLong } from './source-connector.ts'
import { StandardInput } from './standard-input.ts'

/** A poll waits this long for the file to grow. */
const WAIT_MAX_MS = 1000
const WAIT_MIN_MS = 10

/** A poll returns what it has from this many characters on, so that long lines fill no memory. */
const POLL_SIZE = 1024 * 1024

/** Reads lines from where the last committed offset says. */
export class FileSourceTask extends SourceTask<FileSourceConfig> {
  readonly #clock: Clock
  readonly #stdin: Readable
  #input: LineInput | null = null
  #topic = ''
  #countMax = 0
  #partition: { readonly filename: string | null } = { filename: null }

  constructor(clock: Clock = systemClock, stdin: Readable = process.stdin) {
    super()
    this.#clock = clock
    this.#stdin = stdin
  }

  async start({ file, topic, 'batch.size': batchSize }: FileSourceConfig): Promise<void> {
    this.#topic = topic
    this.#countMax = batchSize
    this.#partition = { filename: file || null }
    this.#input = file
      ? new FollowedFile(file, await this.#position(), this.context.log)
      : new StandardInput(this.#stdin)
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    const deadline = this.#clock.elapsed() + WAIT_MAX_MS
    for (let waitMs = WAIT_MIN_MS; ; waitMs *= 2) {
      const records = await this.#read()
      if (records.length > 0) return records
      const leftMs = deadline - this.#clock.elapsed()
      if (leftMs <= 0 || signal.aborted) return null
      await this.#clock.sleep(Math.min(waitMs, leftMs), signal)
    }
  }

  override async stop(): Promise<void> {
    await this.#input?.close()
  }

  async #position(): Promise<number> {
    const offset = await this.context.offsets.offset(this.#partition)
    const position = offset?.['position'] ?? 0
    if (isLong(position)) return Number(position)
    throw new ConnectError(
      `Offset position is the incorrect type: ${position} for ${this.#partition.filename}`,
      { code: 'CONNECT_FAILED' },
    )
  }

  /** Records for what can be read now. */
  async #read(): Promise<readonly SourceRecord[]> {
    const records: SourceRecord[] = []
    const input = this.#input
    if (input === null) return records
    let size = 0
    while (records.length < this.#countMax && size < POLL_SIZE) {
      if (input.lines.ready === 0 && !(await input.advance())) break
      size += this.#take(input, records)
    }
    return records
  }

  /** Appends records for lines that are ready. @returns Their characters. */
  #take({ lines }: LineInput, records: SourceRecord[]): number {
    const topic = this.#topic
    const sourcePartition = this.#partition
    const isFile = sourcePartition.filename !== null
    const timestamp = this.#clock.now()
    let size = 0
    lines.drain(this.#countMax - records.length, (value, positionNext) => {
      records.push(
        new SourceRecord({
          topic,
          partition: null,
          keySchema: null,
          key: null,
          valueSchema: STRING_SCHEMA,
          value,
          timestamp,
          sourcePartition,
          sourceOffset: { position: isFile ? positionNext : null },
        }),
      )
      size += value.length
      return size < POLL_SIZE
    })
    return size
  }
}
