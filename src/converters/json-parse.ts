import type { ConnectValue } from '../sdk/index.ts'
import { decodeJson, startsAsUtf8 } from './json-decode.ts'
import { ExactParser, type NumberForms } from './json-exact.ts'
import { JsonDecimal, JsonMissing, type JsonNode } from './json-node.ts'
import { type KeptNumbers, parseMarked, schemalessForms } from './json-numbers.ts'
import { isPlainString } from './json-scan.ts'
import { ShapedJsonReader } from './json-shaped.ts'

const nodeForms: NumberForms<JsonNode> = {
  integer: (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value),
  decimal: (text) => new JsonDecimal(text),
}

/** Makes a parser for records that mostly look alike; what it returns is as of `parseSchemaless`. */
export function schemalessParser(): typeof parseSchemaless {
  const shaped = new ShapedJsonReader()
  return (bytes, start, end) => {
    if (isPlainString(bytes, start, end)) return bytes.toString('latin1', start + 1, end - 1)
    const value = shaped.read(bytes, start, end)
    return value === undefined ? parseSchemaless(bytes, start, end) : value
  }
}

/** The value without schema that JSON stands for; null for a blank text. */
function parseSchemaless(bytes: Buffer, start: number, end: number): ConnectValue {
  const text = decodeJson(bytes, start, end)
  const fast = parseFast(text, bytes, start, end, 'whole', schemalessForms)
  if (fast !== undefined) return fast as ConnectValue
  return isBlank(text) ? null : (new ExactParser(text, schemalessForms).parse() as ConnectValue)
}

/**
 * @param keeps What makes a difference to the schema that the value is read with.
 * @throws ConnectError DATA_INVALID when the bytes do not begin with a JSON value.
 */
export function parseNode(
  bytes: Buffer,
  start: number,
  end: number,
  keeps: KeptNumbers = 'fractions',
): JsonNode {
  const text = decodeJson(bytes, start, end)
  const fast = parseFast(text, bytes, start, end, keeps, nodeForms)
  if (fast !== undefined) return fast as JsonNode
  return isBlank(text) ? new JsonMissing() : (new ExactParser(text, nodeForms).parse() as JsonNode)
}

function isBlank(text: string): boolean {
  return /^[ \t\n\r]*$/.test(text)
}

/** As `parseNode`; nothing may follow the value. */
export function parseWholeNode(
  bytes: Buffer,
  start: number,
  end: number,
  keeps: KeptNumbers,
): JsonNode {
  if (isPlainString(bytes, start, end)) return bytes.toString('latin1', start + 1, end - 1)
  const text = decodeJson(bytes, start, end)
  const fast = parseFast(text, bytes, start, end, keeps, nodeForms)
  return (fast === undefined ? new ExactParser(text, nodeForms).parseWhole() : fast) as JsonNode
}

/** Other encodings than UTF-8 are not looked into. */
function parseFast<N>(
  text: string,
  bytes: Buffer,
  start: number,
  end: number,
  keeps: KeptNumbers,
  forms: NumberForms<N>,
): unknown {
  if (!startsAsUtf8(bytes, start)) return undefined
  return parseMarked(text, bytes, start, end, keeps, forms)
}
