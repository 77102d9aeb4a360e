import { javaDateFormat } from '../base/java-date-format.ts'
import { dateOf, epochMsOf } from './date.ts'
import { DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA } from './logical.ts'
import type { SchemaAndValue } from './schema.ts'

const time = javaDateFormat("HH:mm:ss.SSS'Z'")
const date = javaDateFormat('yyyy-MM-dd')
const timestamp = javaDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")

const DAY_MS = 86_400_000n

/** Text of a Date, Time or Timestamp; the reference tells them apart by the value alone. */
export function temporalText(value: Date): string {
  const epochMs = epochMsOf(value)
  if (epochMs < DAY_MS) return time.format(epochMs)
  return (epochMs % DAY_MS === 0n ? date : timestamp).format(epochMs)
}

/** By the length that such a text has. */
const forms = new Map([
  [13, { format: time, schema: TIME_SCHEMA }],
  [24, { format: timestamp, schema: TIMESTAMP_SCHEMA }],
  [10, { format: date, schema: DATE_SCHEMA }],
])

/** Reads a time, date or timestamp, leniently: months and days roll over. null for other texts. */
export function parseTemporal(text: string): SchemaAndValue | null {
  const unescaped = text.replaceAll('\\:', ':')
  const form = forms.get(unescaped.length)
  const epochMs = form?.format.parse(unescaped) ?? null
  return form === undefined || epochMs === null
    ? null
    : { schema: form.schema, value: dateOf(epochMs) }
}
