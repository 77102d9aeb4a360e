import {
  ByteWriter,
  type ConfigProps,
  type ConnectValue,
  type Converter,
  type ConverterUse,
  type Headers,
  type Schema,
  type SchemaAndValue,
} from '../../sdk/index.ts'
import { bufferOf } from '../bytes.ts'
import { createRegistryClient, type RegistryClient } from './registry-client.ts'
import type { RegistryConfig } from './registry-config.ts'
import type { RegistryFormat, ValueReader, ValueWriter } from './registry-format.ts'
import { RegistrySchemas } from './registry-schemas.ts'
import { HEADER_BYTES, headerOf, refuseHeaderId, schemaIdOf } from './wire-format.ts'

/** A converter that keeps its schemas in a registry: asks for each once, then converts at once. */
export function createRegistryConverter(
  format: RegistryFormat,
  config: RegistryConfig,
  use: ConverterUse,
  given: ConfigProps,
): Converter {
  return new RegistryConverter(format, config, use, createRegistryClient(config, given))
}

interface Target {
  readonly header: Buffer
  readonly write: ValueWriter
}

const nothing: SchemaAndValue = { schema: null, value: null }
/** Stands for no schema among the schemas. */
const schemaless = {}

class RegistryConverter implements Converter {
  readonly #format: RegistryFormat
  readonly #schemas: RegistrySchemas
  readonly #use: ConverterUse
  readonly #scratch = new ByteWriter()
  /** By topic, then by schema. */
  readonly #targets = new Map<string, WeakMap<object, Target>>()
  #lastTopic = ''
  #lastSchema: Schema | null = null
  #lastTarget: Target | null = null
  #lastReadTopic = ''
  #lastId = 0
  #lastReader: ValueReader | null = null

  constructor(
    format: RegistryFormat,
    config: RegistryConfig,
    use: ConverterUse,
    client: RegistryClient,
  ) {
    this.#format = format
    this.#use = use
    this.#schemas = new RegistrySchemas(format, config, use, client, () => this.#forget())
  }

  fromConnectData(
    topic: string,
    headers: Headers,
    schema: Schema | null,
    value: ConnectValue,
  ): Uint8Array | null {
    this.#scratch.clear()
    if (!this.writeTo(this.#scratch, topic, headers, schema, value)) return null
    return new Uint8Array(this.#scratch.bytes.subarray(0, this.#scratch.length))
  }

  writeTo(
    out: ByteWriter,
    topic: string,
    _headers: Headers,
    schema: Schema | null,
    value: ConnectValue,
  ): boolean {
    try {
      if (value === null && this.#format.isTombstone(schema)) return false
      const { header, write } = this.#target(topic, schema)
      out.writeBytes(header)
      write(out, value)
      return true
    } catch (error) {
      throw this.#schemas.unwritten(topic, error)
    }
  }

  toConnectData(topic: string, headers: Headers, bytes: Uint8Array | null): SchemaAndValue {
    return bytes === null ? nothing : this.readFrom(bytes, 0, bytes.length, topic, headers)
  }

  readFrom(
    bytes: Uint8Array,
    start: number,
    end: number,
    topic: string,
    headers: Headers,
  ): SchemaAndValue {
    const buffer = bufferOf(bytes)
    try {
      if (headers.size > 0) refuseHeaderId(headers, this.#use)
      const id = schemaIdOf(buffer, start, end, this.#use)
      return this.#reader(topic, id)(buffer, start + HEADER_BYTES, end)
    } catch (error) {
      throw this.#schemas.unread(topic, error)
    }
  }

  close(): void {
    this.#schemas.close()
  }

  #target(topic: string, schema: Schema | null): Target {
    const last = this.#lastTarget
    if (last !== null && schema === this.#lastSchema && topic === this.#lastTopic) return last
    const key = schema ?? schemaless
    let ofTopic = this.#targets.get(topic)
    if (ofTopic === undefined) {
      ofTopic = new WeakMap()
      this.#targets.set(topic, ofTopic)
    }
    let target = ofTopic.get(key)
    if (target === undefined) {
      const { defined, stored } = this.#schemas.written(topic, schema)
      const write = this.#format.writer(schema, defined, stored)
      target = { header: headerOf(stored.id), write }
      ofTopic.set(key, target)
    }
    this.#lastTopic = topic
    this.#lastSchema = schema
    this.#lastTarget = target
    return target
  }

  #reader(topic: string, id: number): ValueReader {
    const last = this.#lastReader
    if (last !== null && id === this.#lastId && topic === this.#lastReadTopic) return last
    const reader = this.#schemas.reader(topic, id)
    this.#lastReadTopic = topic
    this.#lastId = id
    this.#lastReader = reader
    return reader
  }

  #forget(): void {
    this.#targets.clear()
    this.#lastTarget = null
    this.#lastReader = null
  }
}
