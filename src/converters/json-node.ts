import { Decimal } from '../sdk/index.ts'

/** A number with fraction or exponent, as written. */
export class JsonDecimal {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a document without anything in it holds; not JSON's null. */
export class JsonMissing {}

/**
 * Parsed JSON: a bigint is an integer that a number can't hold. A number with a fraction occurs
 * only where what reads it needs no more of it than the double.
 */
export type JsonNode =
  | null
  | boolean
  | string
  | number
  | bigint
  | JsonDecimal
  | JsonMissing
  | readonly JsonNode[]
  | JsonObject

export interface JsonObject {
  readonly [key: string]: JsonNode
}

export function isObject(node: JsonNode): node is JsonObject {
  return (
    typeof node === 'object' &&
    node !== null &&
    !Array.isArray(node) &&
    !(node instanceof JsonDecimal) &&
    !(node instanceof JsonMissing)
  )
}

export function isIntegral(node: JsonNode): node is number | bigint {
  return typeof node === 'bigint' || Number.isInteger(node)
}

/** The value of one field, or undefined where there is none. */
export function fieldOf(node: JsonNode, name: string): JsonNode | undefined {
  return isObject(node) && Object.hasOwn(node, name) ? node[name] : undefined
}

/** Name of the kind of a node, as messages show it. */
export function kindOf(node: JsonNode): string {
  if (node === null) return 'NULL'
  if (Array.isArray(node)) return 'ARRAY'
  if (isObject(node)) return 'OBJECT'
  if (node instanceof JsonMissing) return 'MISSING'
  return typeof node === 'boolean' || typeof node === 'string'
    ? (typeof node).toUpperCase()
    : 'NUMBER'
}

/** As the reference coerces: the lower 64 bits of the whole part, 0 for what is no number. */
export function longOf(node: JsonNode): bigint {
  if (typeof node === 'number') return BigInt(Math.trunc(node))
  if (isIntegral(node)) return BigInt.asIntN(64, BigInt(node))
  return node instanceof JsonDecimal ? decimalOf(node).toLong() : 0n
}

/** The lower 32 bits of the whole part, 0 for what is no number. */
export function intOf(node: JsonNode): number {
  if (typeof node === 'number') return node | 0
  return Number(BigInt.asIntN(32, longOf(node)))
}

/** 0 for what is no number. JSON's numbers have no negative zero. */
export function doubleOf(node: JsonNode): number {
  if (typeof node === 'number') return node + 0
  if (typeof node === 'bigint') return Number(node)
  return node instanceof JsonDecimal ? Number(node.text) + 0 : 0
}

export function decimalOf(node: number | bigint | JsonDecimal): Decimal {
  if (!(node instanceof JsonDecimal)) return new Decimal(BigInt(node), 0)
  return Decimal.parse(node.text) as Decimal
}

const BASE64 = /^(?:[\0-\x20]*(?:[A-Za-z\d+/]{4}|[A-Za-z\d+/]{3}=|[A-Za-z\d+/]{2}==))*[\0-\x20]*$/

/** @returns null for text that is not base64 with padding. */
export function base64Bytes(text: string): Uint8Array | null {
  if (!BASE64.test(text)) return null
  const quads = text.match(/[A-Za-z\d+/=]{4}/g) ?? []
  return new Uint8Array(Buffer.concat(quads.map((quad) => Buffer.from(quad, 'base64'))))
}
