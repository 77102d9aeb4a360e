import { ConnectError, type Schema, type SchemaAndValue } from '../sdk/index.ts'
import { fieldOf, isObject, type JsonNode } from './json-node.ts'
import type { KeptNumbers } from './json-numbers.ts'
import { parseNode, parseWholeNode } from './json-parse.ts'
import type { JsonReaders } from './json-read.ts'
import { valueEnd } from './json-scan.ts'
import { schemaOfJson } from './json-schema-read.ts'

const SCHEMA_START = Buffer.from('{"schema":')
const PAYLOAD_START = Buffer.from(',"payload":')
const OBJECT_END = 0x7d

/** Reads `{"schema":...,"payload":...}`; equal schemas are one object. */
export class EnvelopeReader {
  readonly #readers: JsonReaders
  readonly #cacheSize: number
  /** By their JSON, the least recently used first. */
  readonly #schemas = new Map<string, Schema | null>()
  /** How the last envelope began, up to its payload: most topics have one schema. */
  #prefix: Buffer | null = null
  #prefixSchema: Schema | null = null
  #prefixKeeps: KeptNumbers = 'fractions'

  constructor(readers: JsonReaders, cacheSize: number) {
    this.#readers = readers
    this.#cacheSize = cacheSize
  }

  read(bytes: Buffer, start: number, end: number): SchemaAndValue {
    return this.#readKnown(bytes, start, end) ?? this.#readAny(bytes, start, end)
  }

  /** Reads only the payload where the schema is that of the last message, byte by byte. */
  #readKnown(bytes: Buffer, start: number, end: number): SchemaAndValue | null {
    const prefix = this.#prefix
    if (prefix === null || bytes[end - 1] !== OBJECT_END) return null
    const payloadStart = start + prefix.length
    if (payloadStart >= end || prefix.compare(bytes, start, payloadStart) !== 0) return null
    const schema = this.#prefixSchema
    const payload = wholeNode(bytes, payloadStart, end - 1, this.#prefixKeeps)
    if (payload === undefined) return null
    return { schema, value: this.#readers.of(schema)(payload) }
  }

  #readAny(bytes: Buffer, start: number, end: number): SchemaAndValue {
    const envelope = end > start ? parseNode(bytes, start, end) : null
    const schemaNode = fieldOf(envelope, 'schema')
    const payload = fieldOf(envelope, 'payload')
    if (schemaNode === undefined || payload === undefined || sizeOf(envelope) !== 2) {
      throw new ConnectError(
        'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.',
        { code: 'DATA_INVALID' },
      )
    }
    const schema = this.#schemaOf(schemaNode)
    this.#remember(bytes, start, end, schema)
    return { schema, value: this.#readers.of(schema)(payload) }
  }

  #schemaOf(node: JsonNode): Schema | null {
    const key = JSON.stringify(node, (_, part) => (typeof part === 'bigint' ? `${part}` : part))
    const known = this.#schemas.get(key)
    if (known !== undefined) {
      this.#schemas.delete(key)
      this.#schemas.set(key, known)
      return known
    }
    const schema = schemaOfJson(node, this.#readers)
    this.#schemas.set(key, schema)
    if (this.#schemas.size > this.#cacheSize) {
      for (const oldest of this.#schemas.keys()) {
        this.#schemas.delete(oldest)
        break
      }
    }
    return schema
  }

  #remember(bytes: Buffer, start: number, end: number, schema: Schema | null): void {
    const schemaStart = start + SCHEMA_START.length
    if (!startsWith(bytes, SCHEMA_START, start, end)) return
    const schemaEnd = valueEnd(bytes, schemaStart, end)
    if (!startsWith(bytes, PAYLOAD_START, schemaEnd, end)) return
    this.#prefix = Buffer.from(bytes.subarray(start, schemaEnd + PAYLOAD_START.length))
    this.#prefixSchema = schema
    this.#prefixKeeps = keptNumbers(schema)
  }
}

/** Logical types tell numbers with a fraction from those without, decimals count their digits. */
function keptNumbers(schema: Schema | null): KeptNumbers {
  return schema === null || holdsLogicalType(schema) ? 'fractions' : 'inexact'
}

function holdsLogicalType(schema: Schema): boolean {
  switch (schema.type) {
    case 'STRUCT':
      return schema.fields.some((field) => holdsLogicalType(field.schema))
    case 'ARRAY':
      return keptNumbers(schema.valueSchema) === 'fractions'
    case 'MAP':
      return [schema.keySchema, schema.valueSchema].map(keptNumbers).includes('fractions')
    default:
      return schema.name !== null
  }
}

function startsWith(bytes: Buffer, start: Buffer, at: number, end: number): boolean {
  return at + start.length <= end && start.compare(bytes, at, at + start.length) === 0
}

function sizeOf(node: JsonNode): number {
  return isObject(node) ? Object.keys(node).length : 0
}

function wholeNode(
  bytes: Buffer,
  start: number,
  end: number,
  keeps: KeptNumbers,
): JsonNode | undefined {
  try {
    return parseWholeNode(bytes, start, end, keeps)
  } catch {
    return undefined
  }
}
