import { type ByteWriter, ConnectError } from '../../sdk/index.ts'
import { DEPTH_MAX, WireReader } from './wire-reader.ts'
import { writeSint32 } from './wire-writer.ts'

/** The first message of a file, which is written as one zero. */
const FIRST = '0'

/** Writes which message of its file the data is, before it. */
export function writeIndexes(out: ByteWriter, indexes: readonly number[]): void {
  if (indexes.join() === FIRST) {
    out.writeByte(0)
    return
  }
  writeSint32(out, indexes.length)
  for (const index of indexes) writeSint32(out, index)
}

interface MessagePlace {
  readonly indexes: readonly number[]
  /** Where the message begins. */
  readonly start: number
}

/** @throws ConnectError SERIALIZATION where no such list is. */
export function readIndexes(bytes: Buffer, start: number, end: number): MessagePlace {
  const reader = new WireReader(bytes, start, end)
  const count = reader.sint32()
  if (count < 0 || count > DEPTH_MAX) {
    throw new ConnectError(
      `No list of message indexes follows the id of the schema, but a count of ${count}: the data may be written without such a list, which serializers of Confluent's API write`,
      { code: 'SERIALIZATION' },
    )
  }
  const indexes = count === 0 ? [0] : Array.from({ length: count }, () => reader.sint32())
  return { indexes, start: reader.at }
}
