import { ConnectError } from '../../base/errors.ts'

/** A source offset as bytes; the content is that of the offset topic. */
export interface OffsetEntry {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

export interface OffsetFileContent {
  readonly entries: readonly OffsetEntry[]
  /** True when the file ends early; `entries` are those that are complete. */
  readonly truncated: boolean
}

// The file is what Java's object serialisation writes for one HashMap<byte[], byte[]>. Source:
// https://docs.oracle.com/en/java/javase/17/docs/specs/serialization/protocol.html
const STREAM_START = Buffer.from('aced0005', 'hex')
/** An object of class java.util.HashMap with its two fields, loadFactor and threshold. */
const HASH_MAP = Buffer.concat([
  Buffer.from('73720011', 'hex'),
  Buffer.from('java.util.HashMap'),
  Buffer.from('0507dac1c31660d103000246000a', 'hex'),
  Buffer.from('loadFactor'),
  Buffer.from('490009', 'hex'),
  Buffer.from('threshold'),
  Buffer.from('7870', 'hex'),
])
const LOAD_FACTOR = Buffer.from('3f400000', 'hex')
/** Eight bytes of block data: number of buckets and of entries. */
const SIZES = Buffer.from('7708', 'hex')
/** Class of byte arrays, and the same when the stream has named it before. */
const BYTE_ARRAY_CLASS = Buffer.from('7200025b42acf317f8060854e00200007870', 'hex')
const BYTE_ARRAY_REFERENCE = Buffer.from('71007e0002', 'hex')

const TC_NULL = 0x70
const TC_REFERENCE = 0x71
const TC_OBJECT = 0x73
const TC_ARRAY = 0x75
const TC_END_BLOCK = 0x78
const TC_LONG_CLASS_NAME_MAX = 200
/** Handle of the first byte array; those before are the two classes and the map. */
const FIRST_ARRAY_HANDLE = 0x7e0003

export function encodeOffsetFile(entries: readonly OffsetEntry[]): Buffer {
  const buckets = bucketsFor(entries.length)
  const threshold = entries.length === 0 ? 0 : buckets * 0.75
  const head = [STREAM_START, HASH_MAP, LOAD_FACTOR, int(threshold)]
  head.push(SIZES, int(buckets), int(entries.length))
  let named = false
  const parts = entries.flatMap(({ key, value }) =>
    [key, value].flatMap((bytes) => {
      if (bytes === null) return [Buffer.of(TC_NULL)]
      const type = named ? BYTE_ARRAY_REFERENCE : BYTE_ARRAY_CLASS
      named = true
      return [Buffer.of(TC_ARRAY), type, int(bytes.length), bytes]
    }),
  )
  return Buffer.concat([...head, ...parts, Buffer.of(TC_END_BLOCK)])
}

/** @throws ConnectError DATA_INVALID saying what was found in place of a map of byte arrays. */
export function decodeOffsetFile(bytes: Buffer): OffsetFileContent {
  const entries: OffsetEntry[] = []
  const reader = new Reader(bytes)
  try {
    readEntries(reader, entries)
    return { entries, truncated: false }
  } catch (error) {
    if (error instanceof EndOfFile) return { entries, truncated: true }
    throw error
  }
}

function readEntries(reader: Reader, entries: OffsetEntry[]): void {
  if (!reader.skip(STREAM_START)) {
    throw invalid(`invalid stream header: ${reader.peek(STREAM_START.length).toString('hex')}`)
  }
  if (!reader.skip(HASH_MAP)) throw invalid(`Expected HashMap but found ${classFound(reader)}`)
  reader.take(LOAD_FACTOR.length + 4)
  if (!reader.skip(SIZES)) throw invalid('the map has no sizes')
  reader.take(4)
  const size = reader.take(4).readInt32BE()
  for (let index = 0; index < size; index++) {
    const key = reader.byteArray()
    entries.push({ key, value: reader.byteArray() })
  }
  const end = reader.take(1).readUInt8()
  if (end !== TC_END_BLOCK) throw invalid(`Expected the end of the map but found 0x${hex(end)}`)
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

class EndOfFile extends Error {}

class Reader {
  readonly #bytes: Buffer
  readonly #arrays: Buffer[] = []
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  peek(count: number): Buffer {
    return this.#bytes.subarray(this.#position, this.#position + count)
  }

  take(count: number): Buffer {
    const taken = this.peek(count)
    if (taken.length < count) throw new EndOfFile()
    this.#position += count
    return taken
  }

  /** @returns false, and stays, when something else follows. */
  skip(expected: Buffer): boolean {
    const found = this.peek(expected.length)
    if (found.length < expected.length && expected.subarray(0, found.length).equals(found)) {
      throw new EndOfFile()
    }
    if (!found.equals(expected)) return false
    this.#position += expected.length
    return true
  }

  byteArray(): Buffer | null {
    const tag = this.take(1).readUInt8()
    if (tag === TC_NULL) return null
    if (tag === TC_REFERENCE) return this.#seenBefore(this.take(4).readInt32BE())
    if (tag !== TC_ARRAY || !(this.skip(BYTE_ARRAY_REFERENCE) || this.skip(BYTE_ARRAY_CLASS))) {
      throw invalid(`Expected byte arrays in the map but found type 0x${hex(tag)}`)
    }
    const length = this.take(4).readInt32BE()
    if (length < 0) throw invalid(`A byte array can't have ${length} bytes`)
    const array = this.take(length)
    this.#arrays.push(array)
    return array
  }

  #seenBefore(handle: number): Buffer {
    const array = this.#arrays[handle - FIRST_ARRAY_HANDLE]
    if (array === undefined) throw invalid(`Expected a byte array at handle ${handle.toString(16)}`)
    return array
  }
}

function classFound(reader: Reader): string {
  const start = reader.peek(4 + TC_LONG_CLASS_NAME_MAX)
  if (start[0] !== TC_OBJECT || start.length < 4) return `type 0x${start.toString('hex', 0, 1)}`
  const name = start.toString('latin1', 4, 4 + start.readUInt16BE(2))
  return name === 'java.util.HashMap' ? 'one with damaged fields' : name
}

/** Size of Java's hash table after that many insertions. */
function bucketsFor(size: number): number {
  let buckets = 16
  while (size > buckets * 0.75) buckets *= 2
  return buckets
}

function int(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
