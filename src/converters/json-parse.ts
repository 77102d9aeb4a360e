import { type ConnectValue, schemalessDouble, schemalessLong } from '../sdk/index.ts'
import { decodeJson } from './json-decode.ts'
import { ExactParser, JSON_DEPTH_MAX, type NumberForms } from './json-exact.ts'
import { JsonDecimal, type JsonNode } from './json-node.ts'
import { type JsonScan, scanJson } from './json-scan.ts'

const schemalessForms: NumberForms<ConnectValue> = {
  // The reference keeps the lower 64 bits of integers that are larger.
  integer: (value) => schemalessLong(BigInt.asIntN(64, value)),
  decimal: (text) => schemalessDouble(Number(text) + 0),
}

const nodeForms: NumberForms<JsonNode> = {
  integer: (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value),
  decimal: (text) => new JsonDecimal(text),
}

/** The value without schema that JSON stands for. */
export function parseSchemaless(bytes: Buffer, start: number, end: number): ConnectValue {
  const { parsed, text } = parse(bytes, start, end)
  return (parsed ?? new ExactParser(text, schemalessForms).parse()) as ConnectValue
}

/** @throws ConnectError DATA_INVALID when the bytes do not begin with a JSON value. */
export function parseNode(bytes: Buffer, start: number, end: number): JsonNode {
  const { parsed, text } = parse(bytes, start, end)
  return (parsed ?? new ExactParser(text, nodeForms).parse()) as JsonNode
}

/** As `parseNode`; nothing may follow the value. */
export function parseWholeNode(bytes: Buffer, start: number, end: number): JsonNode {
  const { parsed, text } = parse(bytes, start, end)
  return (parsed ?? new ExactParser(text, nodeForms).parseWhole()) as JsonNode
}

const scan: JsonScan = { needsExact: false, isAscii: true, depth: 0 }

interface Attempt {
  /** null when the exact parser has to read it, or for JSON's null. */
  readonly parsed: unknown
  readonly text: string
}

/** Parses with `JSON.parse` where that is exact. */
function parse(bytes: Buffer, start: number, end: number): Attempt {
  scanJson(bytes, start, end, scan)
  const { needsExact, isAscii, depth } = scan
  const isPlain = isAscii && bytes[start] !== 0 && bytes[start + 1] !== 0
  const text = isPlain ? bytes.toString('latin1', start, end) : decodeJson(bytes, start, end)
  if (needsExact || depth > JSON_DEPTH_MAX) return { parsed: null, text }
  try {
    return { parsed: JSON.parse(text), text }
  } catch {
    // The exact parser is more lenient, or says what is wrong.
    return { parsed: null, text }
  }
}
