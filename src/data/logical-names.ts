import { decimalBrand, hasBrand } from './brand.ts'
import type { ConnectValue } from './value.ts'

export const DECIMAL_NAME = 'org.apache.kafka.connect.data.Decimal'
export const DATE_NAME = 'org.apache.kafka.connect.data.Date'
export const TIME_NAME = 'org.apache.kafka.connect.data.Time'
export const TIMESTAMP_NAME = 'org.apache.kafka.connect.data.Timestamp'

const isDecimal = (value: ConnectValue) => hasBrand(value, decimalBrand)
const isDate = (value: ConnectValue) => value instanceof Date

/** Tells which values a schema of this name has; null unless it names a logical type. */
export function logicalValueKind(name: string | null): ((value: ConnectValue) => boolean) | null {
  if (name === null) return null
  switch (name) {
    case DECIMAL_NAME:
      return isDecimal
    case DATE_NAME:
    case TIME_NAME:
    case TIMESTAMP_NAME:
      return isDate
    default:
      return null
  }
}
