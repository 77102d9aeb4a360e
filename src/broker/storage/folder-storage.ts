import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rm,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { ByteStore } from './byte-store.ts'
import { FileStore } from './file-store.ts'
import { readIndexFiles, removeIndexFiles, writeIndexFiles } from './index-files.ts'
import type { Draft, IndexColumns, LogStorage, Snapshot } from './log-storage.ts'
import { stored } from './storage-error.ts'

/** The newest may be cut off by a power failure, so that the one before it is kept too. */
const SNAPSHOTS_MAX = 2

/** A folder with the files of one partition, as Apache Kafka names them. */
export class FolderStorage implements LogStorage {
  readonly name: string
  #exists: boolean

  /** @param folder Is created when it is needed. */
  constructor(folder: string) {
    this.name = folder
    this.#exists = false
  }

  segments(): readonly number[] {
    const names = this.#names()
    for (const name of names.filter((one) => /\.(cleaned|new)$/.test(one))) {
      rmSync(join(this.name, name))
    }
    return offsetsOf(names, '.log')
  }

  open(baseOffset: number): ByteStore {
    return this.#stored(() => {
      this.#create()
      return new FileStore(`${this.#path(baseOffset)}.log`)
    })
  }

  remove(baseOffset: number): void {
    this.#stored(() => {
      removeIndexFiles(this.#path(baseOffset))
      rmSync(`${this.#path(baseOffset)}.log`, { force: true })
    })
  }

  index(baseOffset: number): IndexColumns | null {
    return readIndexFiles(this.#path(baseOffset), baseOffset)
  }

  seal(baseOffset: number, index: IndexColumns): void {
    this.#stored(() => writeIndexFiles(this.#path(baseOffset), baseOffset, index))
  }

  unseal(baseOffset: number): void {
    this.#stored(() => removeIndexFiles(this.#path(baseOffset)))
  }

  draft(baseOffset: number): Draft {
    const path = this.#path(baseOffset)
    const cleaned = `${path}.cleaned`
    rmSync(cleaned, { force: true })
    const store = this.#stored(() => new FileStore(cleaned))
    return {
      store,
      replace: () =>
        this.#stored(() => {
          this.unseal(baseOffset)
          store.close()
          renameSync(cleaned, `${path}.log`)
          return new FileStore(`${path}.log`)
        }),
      discard() {
        store.close()
        rmSync(cleaned, { force: true })
      },
    }
  }

  snapshots(): readonly Snapshot[] {
    const offsets = offsetsOf(this.#names(), '.producers').reverse()
    return offsets.map((offset) => {
      const text = this.#stored(() => readFileSync(`${this.#path(offset)}.producers`, 'utf8'))
      return { offset, text }
    })
  }

  writeSnapshot({ offset, text }: Snapshot): void {
    this.#stored(() => {
      this.#create()
      const file = `${this.#path(offset)}.producers`
      writeFileSync(`${file}.new`, text)
      renameSync(`${file}.new`, file)
      for (const old of offsetsOf(this.#names(), '.producers').slice(0, -SNAPSHOTS_MAX)) {
        rmSync(`${this.#path(old)}.producers`, { force: true })
      }
    })
  }

  removeSnapshot(offset: number): void {
    this.#stored(() => rmSync(`${this.#path(offset)}.producers`, { force: true }))
  }

  cleaningNote(): string | null {
    const file = join(this.name, 'cleaning.json')
    return existsSync(file) ? this.#stored(() => readFileSync(file, 'utf8')) : null
  }

  writeCleaningNote(text: string): void {
    const file = join(this.name, 'cleaning.json')
    this.#stored(() => {
      writeFileSync(`${file}.new`, text)
      renameSync(`${file}.new`, file)
    })
  }

  removeAll(): void {
    if (!existsSync(this.name)) return
    const doomed = `${this.name}.${randomBytes(16).toString('hex')}-delete`
    this.#stored(() => renameSync(this.name, doomed))
    rm(doomed, { recursive: true, force: true }, () => {})
  }

  #create(): void {
    if (!this.#exists) mkdirSync(this.name, { recursive: true })
    this.#exists = true
  }

  #names(): string[] {
    try {
      return readdirSync(this.name)
    } catch {
      return []
    }
  }

  #path(offset: number): string {
    return join(this.name, String(offset).padStart(20, '0'))
  }

  #stored<T>(act: () => T): T {
    return stored(this.name, act)
  }
}

function offsetsOf(names: readonly string[], suffix: string): number[] {
  return names
    .filter((name) => /^\d{20}$/.test(basename(name, suffix)) && name.endsWith(suffix))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b)
}
