import { type ConnectValue, schemalessDouble, schemalessLong } from '../sdk/index.ts'
import { decodeJson, startsAsUtf8 } from './json-decode.ts'
import { ExactParser, JSON_DEPTH_MAX, type NumberForms } from './json-exact.ts'
import { JsonDecimal, JsonMissing, type JsonNode } from './json-node.ts'
import { isExactByDefault, isPlainString } from './json-scan.ts'

const schemalessForms: NumberForms<ConnectValue> = {
  // The reference keeps the lower 64 bits of integers that are larger.
  integer: (value) => schemalessLong(BigInt.asIntN(64, value)),
  decimal: (text) => schemalessDouble(Number(text) + 0),
}

const nodeForms: NumberForms<JsonNode> = {
  integer: (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value),
  decimal: (text) => new JsonDecimal(text),
}

/** The value without schema that JSON stands for; null for a blank text. */
export function parseSchemaless(bytes: Buffer, start: number, end: number): ConnectValue {
  if (isPlainString(bytes, start, end)) return bytes.toString('latin1', start + 1, end - 1)
  const text = decodeJson(bytes, start, end)
  try {
    const parsed: unknown = JSON.parse(text)
    if (!isAmbiguous(parsed, 0) || isExact(bytes, start, end)) return parsed as ConnectValue
  } catch {
    // The exact parser is more lenient, or says what is wrong.
  }
  return isBlank(text) ? null : (new ExactParser(text, schemalessForms).parse() as ConnectValue)
}

/** Whether the text may tell more of a number than `JSON.parse`: `1.0` or a larger integer. */
function isAmbiguous(parsed: unknown, depth: number): boolean {
  if (typeof parsed === 'number') return Number.isInteger(parsed) || !Number.isFinite(parsed)
  if (typeof parsed !== 'object' || parsed === null) return false
  if (depth === JSON_DEPTH_MAX) return true
  if (Array.isArray(parsed)) return parsed.some((element) => isAmbiguous(element, depth + 1))
  for (const key in parsed) {
    if (isAmbiguous((parsed as Record<string, unknown>)[key], depth + 1)) return true
  }
  return false
}

/** @throws ConnectError DATA_INVALID when the bytes do not begin with a JSON value. */
export function parseNode(bytes: Buffer, start: number, end: number): JsonNode {
  const text = decodeJson(bytes, start, end)
  const parsed = parseFast(text, bytes, start, end)
  if (parsed === null && isBlank(text)) return new JsonMissing()
  return (parsed ?? new ExactParser(text, nodeForms).parse()) as JsonNode
}

function isBlank(text: string): boolean {
  return /^[ \t\n\r]*$/.test(text)
}

/** As `parseNode`; nothing may follow the value. */
export function parseWholeNode(bytes: Buffer, start: number, end: number): JsonNode {
  if (isPlainString(bytes, start, end)) return bytes.toString('latin1', start + 1, end - 1)
  const text = decodeJson(bytes, start, end)
  const parsed = parseFast(text, bytes, start, end)
  return (parsed ?? new ExactParser(text, nodeForms).parseWhole()) as JsonNode
}

/** Whether `JSON.parse` keeps it exactly; other encodings than UTF-8 are not looked into. */
function isExact(bytes: Buffer, start: number, end: number): boolean {
  return startsAsUtf8(bytes, start) && isExactByDefault(bytes, start, end)
}

/** What `JSON.parse` makes of it where that is exact; null where it is not, or for JSON's null. */
function parseFast(text: string, bytes: Buffer, start: number, end: number): unknown {
  if (!isExact(bytes, start, end)) return null
  try {
    return JSON.parse(text)
  } catch {
    // The exact parser is more lenient, or says what is wrong.
    return null
  }
}
