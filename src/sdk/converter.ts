import type { ByteWriter } from '../data/byte-writer.ts'
import type { Headers } from '../data/headers.ts'
import type { Schema, SchemaAndValue } from '../data/schema.ts'
import type { ConnectValue } from '../data/value.ts'

/**
 * Between Connect data and the bytes of record keys and values. One instance serves one task. A
 * method that has to wait for something first throws `NotReady`.
 */
export interface Converter {
  /** @returns null for a tombstone. */
  fromConnectData(
    topic: string,
    headers: Headers,
    schema: Schema | null,
    value: ConnectValue,
  ): Uint8Array | null

  /** @param bytes null for a tombstone; only valid during the call: copy what is kept. */
  toConnectData(topic: string, headers: Headers, bytes: Uint8Array | null): SchemaAndValue

  /**
   * Optional fast form of `fromConnectData`: appends the bytes to `out`.
   * @returns false for a tombstone, when nothing was written.
   */
  writeTo?(
    out: ByteWriter,
    topic: string,
    headers: Headers,
    schema: Schema | null,
    value: ConnectValue,
  ): boolean

  /** Optional fast form of `toConnectData` for `bytes` from `start` up to `end`. */
  readFrom?(
    bytes: Uint8Array,
    start: number,
    end: number,
    topic: string,
    headers: Headers,
  ): SchemaAndValue

  close?(): void
}

/** Between Connect data and the bytes of record headers. */
export interface HeaderConverter {
  fromConnectHeader(
    topic: string,
    key: string,
    schema: Schema | null,
    value: ConnectValue,
  ): Uint8Array | null
  toConnectHeader(topic: string, key: string, bytes: Uint8Array | null): SchemaAndValue
  close?(): void
}
