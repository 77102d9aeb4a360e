import type { Cursor } from './cursor.ts'
import type { Encodable, Message } from './message.ts'
import { Writer } from './writer.ts'

const SIZE_PREFIX_BYTES = 4
const API_VERSIONS_KEY = 18

export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
}

/** A request behind its size and header, in pieces that are sent as one. */
export function encodeRequest<M extends Message>(
  message: M,
  header: Omit<RequestHeader, 'apiKey'>,
  body: Encodable<M>,
): readonly Buffer[] {
  const { apiVersion, correlationId, clientId } = header
  return encodeFrame((writer) => {
    writer.writeInt16(message.key ?? -1)
    writer.writeInt16(apiVersion)
    writer.writeInt32(correlationId)
    writeClientId(writer, clientId)
    if (message.isFlexible(apiVersion)) writer.writeUvarint(0)
    message.encode(writer, apiVersion, body)
  })
}

/** A response behind its size and header, in pieces that are sent as one. */
export function encodeResponse<M extends Message>(
  message: M,
  apiVersion: number,
  correlationId: number,
  body: Encodable<M>,
): readonly Buffer[] {
  return encodeFrame((writer) => {
    writer.writeInt32(correlationId)
    if (hasTaggedResponseHeader(message, apiVersion)) writer.writeUvarint(0)
    message.encode(writer, apiVersion, body)
  })
}

/**
 * Reads up to where the body begins.
 *
 * @param isFlexible Whether a version of an API has tagged fields; false for an unknown API.
 */
export function readRequestHeader(
  cursor: Cursor,
  isFlexible: (apiKey: number, apiVersion: number) => boolean,
): RequestHeader {
  const apiKey = cursor.readInt16()
  const apiVersion = cursor.readInt16()
  const correlationId = cursor.readInt32()
  const clientIdBytes = cursor.readInt16()
  const clientId = clientIdBytes < 0 ? null : cursor.readUtf8(clientIdBytes)
  if (isFlexible(apiKey, apiVersion)) skipTagged(cursor)
  return { apiKey, apiVersion, correlationId, clientId }
}

/** Reads the response's header up to its body. Returns the correlation id. */
export function readResponseHeader(cursor: Cursor, message: Message, apiVersion: number): number {
  const correlationId = cursor.readInt32()
  if (hasTaggedResponseHeader(message, apiVersion)) skipTagged(cursor)
  return correlationId
}

/** False for ApiVersions always: its reader doesn't know yet which version it will get. */
function hasTaggedResponseHeader(message: Message, apiVersion: number): boolean {
  return message.key !== API_VERSIONS_KEY && message.isFlexible(apiVersion)
}

function encodeFrame(write: (writer: Writer) => void): readonly Buffer[] {
  const writer = new Writer()
  writer.writeInt32(0)
  write(writer)
  const pieces = writer.pieces()
  pieces[0]?.writeInt32BE(writer.sizeBytes - SIZE_PREFIX_BYTES)
  return pieces
}

/** Never a compact string, so that a broker can read the header of a version newer than itself. */
function writeClientId(writer: Writer, clientId: string | null): void {
  if (clientId === null) {
    writer.writeInt16(-1)
    return
  }
  const sizeBytes = Buffer.byteLength(clientId)
  writer.writeInt16(sizeBytes)
  writer.writeUtf8(clientId, sizeBytes)
}

function skipTagged(cursor: Cursor): void {
  for (let left = cursor.readUvarint(); left > 0; left--) {
    cursor.readUvarint()
    cursor.skip(cursor.readUvarint())
  }
}
