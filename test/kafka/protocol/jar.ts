import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

/** Fields of a zip archive's records that are read here, as offsets from their start. */
const directoryEnd = { entries: 10, start: 16 } as const
const entryField = {
  sizeBytes: 46,
  method: 10,
  compressedSize: 20,
  nameSize: 28,
  extraSize: 30,
  commentSize: 32,
  local: 42,
} as const
const localField = { sizeBytes: 30, nameSize: 26, extraSize: 28 } as const
const STORED = 0

/** Texts of the files of a jar whose name begins with `prefix`, by the rest of the name. */
export function readJar(file: string, prefix: string): ReadonlyMap<string, string> {
  const zip = readFileSync(file)
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'))
  const texts = new Map<string, string>()
  let at = zip.readUInt32LE(end + directoryEnd.start)
  for (let left = zip.readUInt16LE(end + directoryEnd.entries); left > 0; left--) {
    const nameSize = zip.readUInt16LE(at + entryField.nameSize)
    const nameStart = at + entryField.sizeBytes
    const name = zip.toString('utf8', nameStart, nameStart + nameSize)
    if (name.startsWith(prefix) && !name.endsWith('/')) {
      texts.set(name.slice(prefix.length), textOf(zip, at))
    }
    at =
      nameStart +
      nameSize +
      zip.readUInt16LE(at + entryField.extraSize) +
      zip.readUInt16LE(at + entryField.commentSize)
  }
  return texts
}

function textOf(zip: Buffer, entry: number): string {
  const local = zip.readUInt32LE(entry + entryField.local)
  const start =
    local +
    localField.sizeBytes +
    zip.readUInt16LE(local + localField.nameSize) +
    zip.readUInt16LE(local + localField.extraSize)
  const bytes = zip.subarray(start, start + zip.readUInt32LE(entry + entryField.compressedSize))
  const isStored = zip.readUInt16LE(entry + entryField.method) === STORED
  return (isStored ? bytes : inflateRawSync(bytes)).toString()
}
