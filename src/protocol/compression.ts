import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Cursor, corrupt } from './cursor.ts'

/** Values of `compression.type`. */
export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

type WebAssemblyCodecs = typeof import('@platformatic/wasm-utils/bundled')

let webAssembly: WebAssemblyCodecs | null = null

/**
 * Has to be awaited once before a codec is used. Snappy and LZ4 are WebAssembly, which costs each
 * thread 10 ms and 5 MB: only those who use them pay.
 */
export async function loadCodec(codec: Codec): Promise<void> {
  if (isLoaded(codec)) return
  webAssembly ??= await import('@platformatic/wasm-utils/bundled')
}

/** Whether a codec can be used at once. */
export function isLoaded(codec: Codec): boolean {
  return webAssembly !== null || (codec !== 'snappy' && codec !== 'lz4')
}

function loaded(): WebAssemblyCodecs {
  if (webAssembly === null) throw new TypeError('loadCodec comes before Snappy and LZ4')
  return webAssembly
}

export function compress(codec: Codec, bytes: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'snappy':
      return compressSnappy(bytes)
    case 'lz4':
      return loaded().lz4Compress(bytes)
    case 'zstd':
      return zstdCompressSync(bytes)
  }
}

/**
 * @param sizeBytesMax Limit of the result, so that a few hostile bytes can't fill the memory.
 * @throws ConnectError RECORD_CORRUPT for bytes that the codec can't read or that become too many.
 */
export function decompress(codec: Codec, bytes: Buffer, sizeBytesMax: number): Buffer {
  try {
    return decompressors[codec](bytes, sizeBytesMax)
  } catch (cause) {
    if (cause instanceof TypeError) throw cause
    const limit = `at most ${sizeBytesMax} bytes are accepted`
    throw corrupt(`A batch can't be decompressed with ${codec} (${limit}).`, cause)
  }
}

type Decompress = (bytes: Buffer, sizeBytesMax: number) => Buffer

const decompressors: { readonly [C in Codec]: Decompress } = {
  none: (bytes) => bytes,
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  snappy: decompressSnappy,
  lz4: decompressLz4,
  zstd: (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }),
}

/** Magic, version and oldest compatible version of the blocks that Java clients write and read. */
const XERIAL_HEADER = Buffer.from([
  0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1,
])
const XERIAL_MAGIC_BYTES = 8
const XERIAL_BLOCK_BYTES = 32 * 1024

function compressSnappy(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [XERIAL_HEADER]
  for (let at = 0; at < bytes.length; at += XERIAL_BLOCK_BYTES) {
    const block = loaded().snappyCompress(bytes.subarray(at, at + XERIAL_BLOCK_BYTES))
    const size = Buffer.alloc(4)
    size.writeInt32BE(block.length)
    pieces.push(size, block)
  }
  return Buffer.concat(pieces)
}

/** Also reads one block without the frame around it, as clients other than Java's may write it. */
function decompressSnappy(bytes: Buffer, sizeBytesMax: number): Buffer {
  const magic = XERIAL_HEADER.subarray(0, XERIAL_MAGIC_BYTES)
  const isFramed = bytes.subarray(0, XERIAL_MAGIC_BYTES).equals(magic)
  if (!isFramed) return decompressSnappyBlock(bytes, sizeBytesMax)
  const cursor = new Cursor(bytes, XERIAL_HEADER.length)
  const blocks: Buffer[] = []
  let left = sizeBytesMax
  while (cursor.remaining > 0) {
    const block = decompressSnappyBlock(cursor.take(cursor.readInt32()), left)
    left -= block.length
    blocks.push(block)
  }
  return Buffer.concat(blocks)
}

/** Three bytes of Snappy stand for 64 at the most. */
const SNAPPY_RATIO_MAX = 22

function decompressSnappyBlock(block: Buffer, sizeBytesMax: number): Buffer {
  const sizeBytes = new Cursor(block).readUvarint()
  if (sizeBytes > Math.min(sizeBytesMax, block.length * SNAPPY_RATIO_MAX)) {
    throw corrupt(`A Snappy block says that it becomes ${sizeBytes} bytes.`)
  }
  return loaded().snappyDecompress(block)
}

function decompressLz4(bytes: Buffer, sizeBytesMax: number): Buffer {
  const sizeBytes = lz4SizeBytesMax(bytes)
  if (sizeBytes > sizeBytesMax) throw corrupt(`An LZ4 frame may become ${sizeBytes} bytes.`)
  return loaded().lz4Decompress(bytes)
}

const lz4Flag = { blockChecksum: 0x10, contentSize: 0x08, dictionary: 0x01 } as const
/** One byte of LZ4 stands for 255 at the most. */
const LZ4_RATIO_MAX = 255
const LZ4_STORED = 0x8000_0000

/**
 * The most that a frame can become, from the lengths of its blocks.
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
function lz4SizeBytesMax(frame: Buffer): number {
  const cursor = new Cursor(frame)
  cursor.skip(4)
  const flags = cursor.readUint8()
  const blockBytesMax = 1 << (8 + 2 * ((cursor.readUint8() >> 4) & 7))
  if (flags & lz4Flag.contentSize) cursor.skip(8)
  if (flags & lz4Flag.dictionary) cursor.skip(4)
  cursor.skip(1)
  let sizeBytesMax = 0
  for (;;) {
    const size = cursor.skip(4)
    const blockBytes = frame.readUInt32LE(size)
    if (blockBytes === 0) return sizeBytesMax
    const isStored = blockBytes >= LZ4_STORED
    const sent = isStored ? blockBytes - LZ4_STORED : blockBytes
    cursor.skip(flags & lz4Flag.blockChecksum ? sent + 4 : sent)
    sizeBytesMax += isStored ? sent : Math.min(blockBytesMax, sent * LZ4_RATIO_MAX)
  }
}
