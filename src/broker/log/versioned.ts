import { Cursor } from '../../protocol/cursor.ts'
import type { Fields } from '../../protocol/fields.ts'
import type { Decoded, Encodable, Message } from '../../protocol/message.ts'
import { Writer } from '../../protocol/writer.ts'

/** Keys and values of internal topics: a message behind its version, or behind its kind. */
export function encodeVersioned<F extends Fields>(
  message: Message<F>,
  version: number,
  value: Encodable<Message<F>>,
): Buffer {
  const writer = new Writer(128)
  writer.writeInt16(version)
  message.encode(writer, version, value)
  return writer.toBuffer()
}

/** @throws ConnectError RECORD_CORRUPT */
export function decodeVersioned<F extends Fields>(
  message: Message<F>,
  bytes: Buffer,
): Decoded<Message<F>> {
  const cursor = new Cursor(bytes)
  return message.decode(cursor, cursor.readInt16())
}
