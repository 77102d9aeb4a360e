import { ConnectError } from '../base/errors.ts'
import { doubleText } from '../data/number-text.ts'
import { BoxedNumber, Float64 } from '../data/numbers.ts'
import type { ConfigType } from './definition.ts'

/** `Invalid value <value> for configuration <name>: <detail>`, as clients of the reference know it. */
export function invalidValue(name: string, value: unknown, detail?: string): ConnectError {
  const message = `Invalid value ${valueText(value)} for configuration ${name}`
  return new ConnectError(detail === undefined ? message : `${message}: ${detail}`, {
    code: 'CONFIG_INVALID',
  })
}

/** A value within a message: lists as `[a, b]`. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (value instanceof Float64) return doubleText(value.value)
  return String(value instanceof BoxedNumber ? value.value : value)
}

/** Text form of a parsed value, such as REST answers carry: lists joined by commas. */
export function convertToString(value: unknown, type: ConfigType): string | null {
  if (value === null || value === undefined) return null
  if (type === 'list' && Array.isArray(value)) return value.join(',')
  return type === 'double' ? doubleText(Number(value)) : String(value)
}
