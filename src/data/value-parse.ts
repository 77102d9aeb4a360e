import { ConnectError } from '../base/errors.ts'
import { isDigit } from '../base/java-numbers.ts'
import { Decimal } from './decimal.ts'
import { valuesEqual } from './equal.ts'
import { decimalBuilder } from './logical.ts'
import { schemalessForm } from './retype.ts'
import type { Schema, SchemaAndValue } from './schema.ts'
import { SchemaBuilder } from './schema-builder.ts'
import {
  BOOLEAN_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  STRING_SCHEMA,
} from './schemas.ts'
import { parseTemporal } from './temporal-text.ts'
import { textOf } from './text.ts'
import type { ConnectValue } from './value.ts'
import { aligned, CommonSchema } from './value-align.ts'
import { trimmed, ValueTokens } from './value-tokens.ts'

const nothing: SchemaAndValue = { schema: null, value: null }

/**
 * The value that a text stands for, with the smallest schema that fits: null, boolean, number,
 * date, time, timestamp, list or map of these, else the text as a string.
 */
export function parseValueText(text: string | null): SchemaAndValue {
  if (text === null) return nothing
  return text === '' ? stringOf(text) : new ValueParser(text).parse(false)
}

function stringOf(text: string): SchemaAndValue {
  return { schema: STRING_SCHEMA, value: text }
}

interface Entry {
  readonly key: SchemaAndValue
  value: SchemaAndValue
}

/** As JSON; the reference goes on until its stack is full. */
const DEPTH_MAX = 1000

/** Failures within lists and maps are ConnectErrors: the text then counts as a string. */
class ValueParser {
  readonly #tokens: ValueTokens
  #depth = 0

  constructor(text: string) {
    this.#tokens = new ValueTokens(text)
  }

  /** @param isEmbedded True within a list or map, where a string has to be quoted. */
  parse(isEmbedded: boolean): SchemaAndValue {
    if (!this.#tokens.hasNext) return nothing
    if (isEmbedded && this.#tokens.consume('"')) return this.#quoted()
    return this.#literal(isEmbedded) ?? this.#container() ?? this.#simple(isEmbedded)
  }

  #quoted(): SchemaAndValue {
    let content = ''
    while (this.#tokens.hasNext && !this.#tokens.consume('"')) content += this.#tokens.next()
    return parseTemporal(content) ?? stringOf(content)
  }

  #literal(isEmbedded: boolean): SchemaAndValue | null {
    for (const [text, value] of literals) {
      const start = this.#tokens.mark()
      if (this.#tokens.consume(text) && (isEmbedded || !this.#tokens.hasNext)) return value
      this.#tokens.rewind(start)
    }
    return null
  }

  #container(): SchemaAndValue | null {
    const start = this.#tokens.mark()
    this.#depth++
    try {
      if (this.#tokens.consume('[')) return this.#list()
      if (this.#tokens.consume('{')) return this.#map()
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error
      this.#tokens.rewind(start)
    } finally {
      this.#depth--
    }
    return null
  }

  #simple(isEmbedded: boolean): SchemaAndValue {
    const token = this.#tokens.next()
    const text = trimmed(token)
    if (text === '') return stringOf(token)
    const startsWithDigit = isDigit(text.charAt(0))
    const temporal = startsWithDigit ? this.#temporal(text) : null
    const value = temporal ?? (startsWithDigit || /^[+-]/.test(text) ? parseNumber(text) : null)
    if (value !== null) return value
    if (isEmbedded) throw unparsable('Failed to parse embedded value')
    return stringOf(this.#tokens.text)
  }

  /** A time or timestamp is five tokens, as its colons are delimiters; a date is one. */
  #temporal(text: string): SchemaAndValue | null {
    const start = this.#tokens.mark()
    const rest = this.#tokens.nextText(4)
    const temporal = rest === null ? null : parseTemporal(text + rest)
    if (temporal !== null) return temporal
    this.#tokens.rewind(start)
    return parseTemporal(text)
  }

  #list(): SchemaAndValue {
    this.#checkDepth()
    const elements: SchemaAndValue[] = []
    const common = new CommonSchema()
    while (this.#tokens.hasNext) {
      if (this.#tokens.consume(']')) return listOf(elements, common.schema)
      if (this.#tokens.consume(',')) throw unparsable('Unable to parse an empty array element')
      const element = this.parse(true)
      common.add(element.schema)
      elements.push(element)
      const end = this.#tokens.mark()
      if (this.#tokens.consume(']')) this.#tokens.rewind(end)
      else if (!this.#tokens.consume(',')) throw unparsable('Array elements missing a comma')
    }
    throw unparsable("Array is missing terminating ']'")
  }

  #map(): SchemaAndValue {
    this.#checkDepth()
    const entries = new Entries()
    const keys = new CommonSchema()
    const values = new CommonSchema()
    while (this.#tokens.hasNext) {
      if (this.#tokens.consume('}')) return mapOf(entries.all, keys.schema, values.schema)
      if (this.#tokens.consume(',')) throw unparsable('Unable to parse an empty map entry')
      const key = this.parse(true)
      if (key.value === null) throw unparsable('Map entry may not have a null key')
      if (!this.#tokens.consume(':')) throw unparsable("Map entry is missing ':'")
      const value = this.parse(true)
      entries.put(key, value)
      this.#tokens.consume(',')
      keys.add(key.schema)
      values.add(value.schema)
    }
    throw unparsable("Map is missing terminating '}'")
  }

  #checkDepth(): void {
    if (this.#depth > DEPTH_MAX) throw unparsable(`Nested deeper than ${DEPTH_MAX} levels`)
  }
}

const literals: ReadonlyArray<readonly [string, SchemaAndValue]> = [
  ['null', nothing],
  ['true', { schema: BOOLEAN_SCHEMA, value: true }],
  ['false', { schema: BOOLEAN_SCHEMA, value: false }],
]

/** Entries in their order; the last value of a key counts. */
class Entries {
  readonly all: Entry[] = []
  readonly #byText = new Map<string, Entry[]>()

  put(key: SchemaAndValue, value: SchemaAndValue): void {
    const text = `${key.schema} ${textOf(key.value, key.schema)}`
    const alike = this.#byText.get(text) ?? []
    const known = alike.find(
      (entry) => entry.key.schema?.equals(key.schema) && valuesEqual(entry.key.value, key.value),
    )
    if (known !== undefined) {
      known.value = value
      return
    }
    const entry = { key, value }
    this.all.push(entry)
    alike.push(entry)
    this.#byText.set(text, alike)
  }
}

function listOf(elements: readonly SchemaAndValue[], common: Schema | null): SchemaAndValue {
  return {
    schema: SchemaBuilder.container('ARRAY', common).build(),
    value: elements.map((element) => placed(element, common)),
  }
}

function mapOf(
  entries: readonly Entry[],
  keySchema: Schema | null,
  valueSchema: Schema | null,
): SchemaAndValue {
  const values = keySchema === null ? null : valueSchema
  return {
    schema: SchemaBuilder.container('MAP', values, keySchema).build(),
    value: new Map(
      entries.map(({ key, value }) => [placed(key, keySchema), placed(value, values)]),
    ),
  }
}

function placed(element: SchemaAndValue, schema: Schema | null): ConnectValue {
  if (schema === null) return schemalessForm(element.value, element.schema)
  return aligned(element, schema)
}

/** No 64-bit integer has a higher power of ten in its first digit. */
const INTEGER_EXPONENT_MAX = 18

function parseNumber(text: string): SchemaAndValue | null {
  const decimal = Decimal.parse(text)
  if (decimal === null) return null
  const integer = wholeNumber(decimal)
  if (integer !== null) return integer
  const double = decimal.toNumber()
  const float = Math.fround(double)
  if (decimal.scale !== 0 && Number.isFinite(float)) return { schema: FLOAT32_SCHEMA, value: float }
  if (decimal.scale !== 0 && Number.isFinite(double)) {
    return { schema: FLOAT64_SCHEMA, value: double }
  }
  return { schema: decimalBuilder(decimal.scale).build(), value: decimal }
}

/** The smallest integer type of a number without fraction, also where it is written with one. */
function wholeNumber(decimal: Decimal): SchemaAndValue | null {
  const { exponent, unscaled } = decimal
  if (unscaled !== 0n && (exponent < 0 || exponent > INTEGER_EXPONENT_MAX)) return null
  const whole = decimal.toBigInt()
  const hasFraction =
    unscaled !== 0n && decimal.scale > 0 && whole * 10n ** BigInt(decimal.scale) !== unscaled
  if (hasFraction || BigInt.asIntN(64, whole) !== whole) return null
  const number = Number(whole)
  if (number === (number << 24) >> 24) return { schema: INT8_SCHEMA, value: number }
  if (number === (number << 16) >> 16) return { schema: INT16_SCHEMA, value: number }
  if (number === (number | 0)) return { schema: INT32_SCHEMA, value: number }
  return { schema: INT64_SCHEMA, value: whole }
}

function unparsable(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
