import { isUtf8 } from 'node:buffer'
import { ConnectError } from '../../base/errors.ts'
import { javaJsonText } from '../../base/java-json-text.ts'
import { doubleText } from '../../data/number-text.ts'
import type { SourceMap, SourcePrimitive } from '../../data/record.ts'
import { Struct } from '../../data/struct.ts'

/**
 * Key of a source offset: `["connector",{partition}]`. What it stands for is decided by its bytes,
 * so the order of the fields and the form of the numbers are those of the reference.
 * @throws ConnectError DATA_INVALID for a partition with nested values.
 */
export function encodeOffsetKey(connector: string, partition: SourceMap | null): Buffer {
  return Buffer.from(`[${javaJsonText(connector)},${offsetKeyText(partition)}]`)
}

/** @returns null for a null offset, which removes what was committed. */
export function encodeOffset(offset: SourceMap | null): Buffer | null {
  return offset === null ? null : Buffer.from(mapText(offset))
}

/** The partition's part of the key. */
export function offsetKeyText(partition: SourceMap | null): string {
  return partition === null ? 'null' : mapText(partition)
}

/** @returns null for a key of another shape, which this or another program may have written. */
export function decodeOffsetKey(
  bytes: Uint8Array,
): { readonly connector: string; readonly partition: SourceMap } | null {
  const key = parseOrNull(bytes)
  if (!Array.isArray(key) || key.length !== 2) return null
  const [connector, partition] = key as [unknown, unknown]
  if (typeof connector !== 'string' || !isFlatMap(partition)) return null
  return { connector, partition }
}

/** @throws ConnectError DATA_INVALID when the bytes are no flat JSON object. */
export function decodeOffset(bytes: Uint8Array): SourceMap {
  const offset = parseOrNull(bytes)
  if (isFlatMap(offset)) return offset
  throw invalid(
    `A stored source offset is not a JSON object of simple values: ${Buffer.from(bytes)}`,
  )
}

function mapText(map: SourceMap): string {
  // A plug-in without types may give one, and its keys may be anything.
  if (map instanceof Map) throw invalid('Offsets may only use String keys')
  const fields = Object.entries(map).map(
    ([field, value]) => `${javaJsonText(field)}:${primitiveText(field, value)}`,
  )
  return `{${fields.join(',')}}`
}

function primitiveText(field: string, value: SourcePrimitive): string {
  switch (typeof value) {
    case 'string':
      return javaJsonText(value)
    case 'number':
      return Number.isSafeInteger(value) ? `${value + 0}` : fractionText(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      if (value === null) return 'null'
      if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`
      throw invalid(
        `Offsets may only contain primitive types as values, but field ${field} contains ${kindOf(value)}`,
      )
  }
}

function kindOf(value: object): string {
  if (value instanceof Struct) return 'STRUCT'
  return Array.isArray(value) ? 'ARRAY' : 'MAP'
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}

function fractionText(value: number): string {
  return Number.isFinite(value) ? doubleText(value) : `"${value}"`
}

function parseOrNull(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) return null
  try {
    // TypeScript's library does not know the third argument, the token, yet.
    const reviver: (key: string, value: unknown) => unknown = exactNumber as never
    return JSON.parse(Buffer.from(bytes).toString(), reviver)
  } catch {
    return null
  }
}

function exactNumber(_key: string, value: unknown, token: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const { source = '' } = token
  return /[.eE]/.test(source) ? value : BigInt.asIntN(64, BigInt(source))
}

function isFlatMap(value: unknown): value is SourceMap {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((field) => typeof field !== 'object' || field === null)
}
