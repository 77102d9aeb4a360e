import { type FileHandle, open } from 'node:fs/promises'
import { EOL } from 'node:os'
import type { Writable } from 'node:stream'
import { ConnectError, messageOf, type SinkRecord, SinkTask, textOf } from '../../sdk/index.ts'
import type { FileSinkConfig } from './sink-connector.ts'

/** The value of each record as a line, in the text form that the reference gives it. */
export function linesOf(records: readonly SinkRecord[]): string {
  let lines = ''
  for (const { value, valueSchema } of records) {
    lines += typeof value === 'string' ? value : textOf(value, valueSchema)
    lines += EOL
  }
  // Lone surrogates have no UTF-8 form; the reference writes a question mark.
  return lines.isWellFormed() ? lines : lines.replace(/\p{Surrogate}/gu, '?')
}

/**
 * Appends the values of records to a file. A `put` is one write, done when it returns, so there is
 * nothing left for `flush`.
 */
export class FileSinkTask extends SinkTask<FileSinkConfig> {
  readonly #stdout: Writable
  #path: string | null = null
  #handle: FileHandle | null = null

  constructor(stdout: Writable = process.stdout) {
    super()
    this.#stdout = stdout
  }

  async start({ file }: FileSinkConfig): Promise<void> {
    if (!file) {
      // The write itself reports the error; without a listener it would end the process too.
      this.#stdout.on('error', ignore)
      return
    }
    this.#path = file
    try {
      this.#handle = await open(file, 'a')
    } catch (cause) {
      throw failure(`Couldn't find or create file '${file}' for FileStreamSinkTask`, cause)
    }
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) return
    const text = linesOf(records)
    try {
      await (this.#handle === null ? this.#print(text) : this.#handle.appendFile(text))
    } catch (cause) {
      throw failure(
        `Couldn't write ${records.length} lines to ${this.#path ?? 'standard output'}`,
        cause,
      )
    }
  }

  override async stop(): Promise<void> {
    this.#stdout.off('error', ignore)
    await this.#handle?.close()
  }

  #print(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stdout.write(text, (error) => (error ? reject(error) : resolve()))
    })
  }
}

function failure(what: string, cause: unknown): ConnectError {
  return new ConnectError(`${what}: ${messageOf(cause)}`, { code: 'CONNECT_FAILED', cause })
}

function ignore(): void {}
